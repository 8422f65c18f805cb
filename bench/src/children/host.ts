// A host with its plugins: how it starts, rests, decides in batches, and stands plugins that hang.

import { setTimeout as delay } from 'node:timers/promises';
import type { Host } from '@gatehouse/host';
import { answer } from '../answers.js';
import { type RoundSpec, timeBlocking } from '../call-times.js';
import { expectContinue } from '../contenders/ours.js';
import { type Hosting, openHost } from '../hosting.js';
import { messageEvents } from '../message-events.js';
import { median, type Summary } from '../samples.js';
import { endSupervisor } from './supervisors.js';

const events = messageEvents(1000);
let host: Host;

const rssMb = () => process.memoryUsage.rss() / 2 ** 20;

/** Forgets the crashes so far, so that none of the next ones has to wait for its restart, or is the last. */
async function startAnew(): Promise<void> {
  const names = (await host.list()).map(({ name }) => name);
  for (const name of names) await host.disable(name);
  await Promise.all(names.map((name) => host.enable(name)));
}

const answers = {
  /** Resolves with the time that took, and by how much the process grew. */
  async open(hosting: Hosting): Promise<{ readonly ms: number; readonly mb: number }> {
    const before = rssMb();
    const from = performance.now();
    host = await openHost(hosting);
    return { ms: performance.now() - from, mb: rssMb() - before };
  },

  calls(spec: RoundSpec): Summary {
    const contender = {
      kind: 'blocking',
      call: (event) => expectContinue(host, event),
      close() {},
    } as const satisfies {
      call(event: (typeof events)[number]): void;
      [key: string]: unknown;
    };
    return timeBlocking(contender, events.slice(0, 64), spec);
  },

  /** Median time of a message in a batch, in µs. */
  batches(ms: number): number {
    const times: number[] = [];
    for (const end = performance.now() + ms; performance.now() < end; ) {
      const from = performance.now();
      const decisions = host.askAll('onMessageEnqueue', events);
      times.push(((performance.now() - from) * 1000) / events.length);
      if (decisions.some(({ action }) => action !== 'continue')) throw new Error('a message was not continued');
    }
    return median(times);
  },

  /** Median time of a message that is asked about with `askAsync`, so many at once, in µs. */
  async asyncCalls(ms: number, atOnce: number): Promise<number> {
    const times: number[] = [];
    for (const end = performance.now() + ms; performance.now() < end; ) {
      const from = performance.now();
      const asked = events.slice(0, atOnce).map((event) => host.askAsync('onMessageEnqueue', event));
      const decisions = await Promise.all(asked);
      times.push(((performance.now() - from) * 1000) / atOnce);
      if (decisions.some(({ action }) => action !== 'continue')) throw new Error('a message was not continued');
    }
    return median(times);
  },

  /** Share of one core that the whole process takes while nobody asks anything of it, in percent. */
  async idleCpu(ms: number, settleMs: number): Promise<number> {
    await delay(settleMs);
    const before = process.cpuUsage();
    const from = performance.now();
    await delay(ms);
    const { user, system } = process.cpuUsage(before);
    return ((user + system) / 1000 / (performance.now() - from)) * 100;
  },

  /** How long a call takes that no plugin ever answers, in ms; resolves once all plugins answer again. */
  async hang(): Promise<number> {
    const from = performance.now();
    const { faults = [] } = host.onMessageEnqueue({ ...events[0]!, payloadLen: 0 });
    const ms = performance.now() - from;
    const plugins = (await host.list()).length;
    if (faults.length !== plugins) throw new Error(`expected that nobody answers, ${faults.length} did not`);
    while (host.onMessageEnqueue(events[0]!).faults !== undefined) await delay(20);
    await startAnew();
    return ms;
  },

  /** Resolves once the plugins share a spare thread, with whether they do on this Node. */
  async hasSpare(): Promise<boolean> {
    while (host.supervisor.spareThread === 'none') await delay(10);
    return host.supervisor.spareThread === 'ready';
  },

  /** The time from a call whose plugin ends its thread to its decision, and to the next answer of a plugin, in ms. */
  async crash(): Promise<{ readonly decision: number; readonly nextAnswer: number }> {
    const from = performance.now();
    const { action } = host.onMessageEnqueue({ ...events[0]!, payloadLen: 0 });
    const decision = performance.now() - from;
    if (action !== 'defer') throw new Error(`expected a crash, got ${action}`);
    while (host.onMessageEnqueue(events[0]!).action !== 'continue') await delay(1);
    const nextAnswer = performance.now() - from;
    await startAnew();
    return { decision, nextAnswer };
  },

  /** The time from when the supervisor is ended until all plugins are ready and answer again, in ms. */
  async endSupervisor(): Promise<number> {
    const from = performance.now();
    await endSupervisor();
    while (host.onMessageEnqueue(events[0]!).action !== 'continue') await delay(1);
    return performance.now() - from;
  },
};

export type HostChild = typeof answers;

answer(answers);
