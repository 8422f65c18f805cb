// Tells another thread of events, and looks at what that costs the teller, how many get through, and the memory.

import { answer } from '../answers.js';
import type { Hosting } from '../hosting.js';
import { fetchEvents } from '../message-events.js';
import { postTeller, ringTeller, type Teller } from '../tellers.js';

export type TellerName = 'ring' | 'post';

/** Where the growth of memory is not looked at any further: the machine belongs to others, too. */
const growthMaxMb = 400;

const events = fetchEvents(64);
const tellers: Partial<Record<TellerName, Teller>> = {};
let next = 0;

const tellOne = (teller: Teller) => teller.tell(events[next++ & 63]!);

/** Tells at full speed for so long, or until `isEnough`, which is asked now and then. */
function tellFor(teller: Teller, ms: number, isEnough: () => boolean = () => false): void {
  const end = performance.now() + ms;
  while (performance.now() < end && !isEnough()) for (let i = 0; i < 500; i++) tellOne(teller);
}

const rssMb = () => process.memoryUsage.rss() / 2 ** 20;

const answers = {
  async open(names: readonly TellerName[], hosting: Hosting): Promise<void> {
    if (names.includes('ring')) tellers.ring = await ringTeller(hosting);
    if (names.includes('post')) tellers.post = postTeller();
  },

  /** What it costs the teller, in µs per event, while the other thread keeps up. */
  async burst(name: TellerName, count: number): Promise<number> {
    const teller = tellers[name]!;
    const from = performance.now();
    for (let i = 0; i < count; i++) tellOne(teller);
    const us = (performance.now() - from) * 1000;
    await teller.arrived();
    return us / count;
  },

  /** Events per second that arrive when the teller is as fast as it can be. */
  async stream(name: TellerName, ms: number): Promise<number> {
    const teller = tellers[name]!;
    const before = await teller.arrived();
    const from = performance.now();
    tellFor(teller, ms);
    const after = await teller.arrived();
    return ((after - before) / (performance.now() - from)) * 1000;
  },

  /** By how much the process grows while the other thread is held up and the teller goes on, in MB. */
  async stalledGrowth(name: TellerName, ms: number): Promise<number> {
    const teller = tellers[name]!;
    tellFor(teller, 500);
    await teller.arrived();
    const before = rssMb();
    let most = before;
    teller.stall(ms);
    tellFor(teller, ms, () => {
      most = Math.max(most, rssMb());
      return most - before > growthMaxMb;
    });
    return most - before;
  },
};

export type ObserversChild = typeof answers;

answer(answers);
