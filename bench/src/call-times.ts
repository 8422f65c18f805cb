// Times single calls, one after the other, with a gap between them.

import type { MessageEvent } from '@gatehouse/plugin-api';
import type { Awaiting, Blocking } from './contenders/contender.js';
import { Samples, type Summary } from './samples.js';

/**
 * What the caller's thread does between two calls.
 *
 * - `busy`: it works, as a server does that has its hands full; its core is not free, and it is warm.
 * - `asleep`: it sleeps, as a server does in epoll when nothing comes; its core may be given away, and goes cold.
 */
export type Pause = 'busy' | 'asleep';

export interface RoundSpec {
  readonly gapUs: number;
  readonly pause: Pause;
  /** How long the round takes; it goes on until it has seen `callsMin`. */
  readonly ms: number;
  readonly callsMin: number;
}

const samples = new Samples();
const never = new Int32Array(new SharedArrayBuffer(4));

function rest({ gapUs, pause }: RoundSpec): void {
  if (gapUs === 0) return;
  if (pause === 'asleep') {
    Atomics.wait(never, 0, 0, gapUs / 1000);
    return;
  }
  const until = performance.now() + gapUs / 1000;
  while (performance.now() < until);
}

/** Whether another call belongs to the round. */
function goesOn(spec: RoundSpec, end: number, now: number): boolean {
  return !samples.isFull && (now < end || samples.count < spec.callsMin);
}

/** Times of blocking calls, in µs. */
export function timeBlocking(contender: Blocking, events: readonly MessageEvent[], spec: RoundSpec): Summary {
  samples.clear();
  const end = performance.now() + spec.ms;
  for (let now = 0, i = 0; goesOn(spec, end, now); i++) {
    rest(spec);
    const from = performance.now();
    contender.call(events[i % events.length]!);
    now = performance.now();
    samples.add((now - from) * 1000);
  }
  contender.rest?.();
  return samples.summary();
}

/** Times of calls that are awaited, in µs. */
export async function timeAwaiting(
  contender: Awaiting,
  events: readonly MessageEvent[],
  spec: RoundSpec,
): Promise<Summary> {
  samples.clear();
  const end = performance.now() + spec.ms;
  for (let now = 0, i = 0; goesOn(spec, end, now); i++) {
    rest(spec);
    const from = performance.now();
    await contender.call(events[i % events.length]!);
    now = performance.now();
    samples.add((now - from) * 1000);
  }
  contender.rest?.();
  return samples.summary();
}
