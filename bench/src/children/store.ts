// A process with a store, and clients of it: what they and it take of the time, of the memory and of the disk.

import { mkdirSync } from 'node:fs';
import { answer } from '../answers.js';
import { FlushProbe } from '../disk.js';
import { anonymousMib, passedToWrite, threadCpuUs } from '../own-cost.js';
import { type BenchedStore, openStore } from '../store-admit.js';
import { limit, mailboxOf, noStore, offerTo, plainOfferTo, send, type Traffic } from '../store-clients.js';

/** Messages written together where only what comes of it is measured. */
const filledAtOnce = 500;
const fetched = { limit: 100, maxBytes: 2 ** 30 };

export interface Filling {
  readonly mailboxes: number;
  /** Messages for each. */
  readonly messages: number;
}

export interface Place {
  readonly mailbox: number;
  readonly after: bigint;
}

export interface TrafficFigures {
  readonly perSecond: number;
  /** Time of the thread of the store and its clients, for each message. */
  readonly cpuUs: number;
  /** Bytes passed to write calls, for each message. */
  readonly passedBytes: number;
}

let store: BenchedStore;

const answers = {
  /** Resolves with how long it took, in ms. */
  async open(folder: string): Promise<number> {
    mkdirSync(folder, { recursive: true });
    const from = performance.now();
    store = await openStore(folder);
    return performance.now() - from;
  },
  pid: () => process.pid,
  memoryMib: () => anonymousMib(),
  close: () => store.close(),

  traffic: (traffic: Traffic): Promise<TrafficFigures> => measured(store, traffic),
  /** Time that the clients take of the thread, in µs for each message. */
  async clientsCpuUs(traffic: Traffic): Promise<number> {
    return (await measured(noStore, traffic)).cpuUs;
  },
  /** Times of messages that have the store to themselves, each beside a flush of the same disk, in ms. */
  async alone(folder: string, times: number): Promise<{ readonly messages: number[]; readonly flushes: number[] }> {
    const [messages, flushes]: [number[], number[]] = [[], []];
    const probe = new FlushProbe(folder);
    for (let i = 0; i < times; i++) {
      const from = performance.now();
      await Promise.all(store.admit([offerTo(mailboxOf(i))], limit).outcomes);
      messages.push(performance.now() - from);
      flushes.push(probe.ms());
    }
    probe.close();
    return { messages, flushes };
  },

  async fill({ mailboxes, messages }: Filling): Promise<void> {
    const all = mailboxes * messages;
    let written: Promise<unknown> = Promise.resolve();
    for (let from = 0; from < all; from += filledAtOnce) {
      const count = Math.min(filledAtOnce, all - from);
      const offers = Array.from({ length: count }, (_, i) => plainOfferTo(mailboxOf((from + i) % mailboxes)));
      const { decided, outcomes } = store.admit(offers, limit);
      const before = written;
      written = Promise.all(outcomes);
      await decided;
      // Two are under way: one is written while the next is prepared.
      await before;
    }
    await written;
  },
  /** Time of a fetch of up to 100 messages, in ms. @throws when there are fewer than `least` */
  async fetchMs({ mailbox, after }: Place, least: number): Promise<number> {
    const from = performance.now();
    const messages = await store.fetch(mailboxOf(mailbox), { after, ...fetched });
    const ms = performance.now() - from;
    if (messages.length < least) throw new Error(`${messages.length} messages were fetched, where ${least} should be`);
    return ms;
  },
  /** Resolves with how long it took, in ms. */
  async acknowledge(mailbox: number, upTo: bigint): Promise<number> {
    const from = performance.now();
    await store.acknowledge(mailboxOf(mailbox), upTo);
    return performance.now() - from;
  },
};

async function measured(store: Pick<BenchedStore, 'admit'>, traffic: Traffic): Promise<TrafficFigures> {
  const [cpu, passed, from] = [threadCpuUs(), passedToWrite(), performance.now()];
  await send(store, traffic);
  const ms = performance.now() - from;
  const { messages } = traffic;
  return {
    perSecond: (messages / ms) * 1_000,
    cpuUs: (threadCpuUs() - cpu) / messages,
    passedBytes: (passedToWrite() - passed) / messages,
  };
}

export type StoreChild = typeof answers;

answer(answers);
