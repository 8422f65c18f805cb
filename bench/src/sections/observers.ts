// Observer events through the ring, against postMessage for each.

import type { Bench } from '../bench.js';
import { Child } from '../child.js';
import type { ObserversChild, TellerName } from '../children/observers.js';
import { hosting } from '../hosting.js';
import { interleaved } from '../rounds.js';
import { median } from '../samples.js';

const tellers = ['ring', 'post'] as const satisfies readonly TellerName[];

export async function observersSection(bench: Bench): Promise<void> {
  if (bench.wants('ring.producer-us', 'ring.events-per-s')) await speed(bench);
  if (bench.wants('ring.stalled.rss-growth-mb')) await growth(bench);
}

async function speed({ effort, results, progress }: Bench): Promise<void> {
  const { rounds, burst, streamMs } = effort.observers;
  const child = Child.start<ObserversChild>('observers');
  await child.ask('open', tellers, hosting({ observe: 1 }));
  // Two rounds more than are counted, to warm up.
  const bursts = await interleaved(tellers, rounds + 2, (name) => {
    progress.tell(`bursts, ${name}`);
    return child.ask('burst', name, burst);
  });
  const streams = await interleaved(tellers, rounds, (name) => {
    progress.tell(`at full speed, ${name}`);
    return child.ask('stream', name, streamMs);
  });
  const cost = (name: TellerName) => median(bursts[name].slice(2));
  results.add('ring.producer-us', cost('ring'), 'µs', { over: cost('post') });
  results.add('ring.events-per-s', median(streams.ring), 'events/s', { over: median(streams.post) });
  await child.close();
}

/** Each in a process of its own, so that neither sees what the other has left. */
async function growth({ effort, results, progress }: Bench): Promise<void> {
  const grown: Record<TellerName, number> = { ring: 0, post: 0 };
  for (const name of tellers) {
    progress.tell(`a stalled observer, ${name}`);
    const child = Child.start<ObserversChild>('observers');
    await child.ask('open', [name], hosting({ observe: 1 }));
    grown[name] = await child.ask('stalledGrowth', name, effort.observers.stallMs);
    await child.close();
  }
  results.add('ring.stalled.rss-growth-mb', grown.ring, 'MB', { over: grown.post });
}
