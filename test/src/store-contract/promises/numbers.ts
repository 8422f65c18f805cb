// Numbers rise strictly in each mailbox, whatever becomes of the messages that had them.

import assert from 'node:assert/strict';
import type { Store } from '@gatehouse/server';
import type { Promises } from '../promise.js';
import { add, mailbox, messageOf, noLimit, settlement, times } from '../small-messages.js';

export const numbers = {
  'numbers rise in each mailbox on its own, also while earlier ones are being committed': async (place) => {
    const store = await place.open();
    const highest = [0n, 0n];
    const committed: Promise<unknown>[] = [];
    for (let i = 0; i < 30; i++) {
      const wanted = i % 3 === 0 ? [0, 1, 0] : [i % 2];
      const seqs = await store.assignSeqs(wanted.map((one) => mailbox(one)));
      for (const [place, one] of wanted.entries()) highest[one] = above(highest[one]!, seqs[place]!);
      committed.push(
        store.commit(
          wanted.map((one, place) => settlement(mailbox(one), seqs[place]!, 'x')),
          noLimit,
        ),
      );
    }
    await Promise.all(committed);
    assert.ok(highest[1]! < highest[0]!, 'the numbers of a mailbox do not depend on others');
  },

  'a committed number is never assigned again: after a gap, a removal, an expiry, a reopening': async (place) => {
    let last = 0n;
    for (const commits of waysToUse) {
      const store = await place.open();
      last = above(last, await commits(store));
      place.now += 1_000;
      await store.removeExpired();
      const [next] = await store.assignSeqs([mailbox(1)]);
      last = above(last, next!);
      await store.commit([{ mailbox: mailbox(1), seq: next! }], noLimit);
    }
    const [next] = await (await place.open()).assignSeqs([mailbox(1)]);
    above(last, next!);
  },
} satisfies Promises;

/** Each uses one number in a way of its own, and returns it. */
const waysToUse: readonly ((store: Store) => Promise<bigint>)[] = [
  async (store) => (await add(store, mailbox(1), 'kept'))[0]!,
  async (store) => {
    const [seq] = await store.assignSeqs([mailbox(1)]);
    assert.deepEqual(await store.commit([{ mailbox: mailbox(1), seq: seq! }], noLimit), ['gap']);
    return seq!;
  },
  async (store) => {
    const [seq] = await store.assignSeqs([mailbox(1)]);
    const limit = { messages: 1, bytes: 10 };
    assert.deepEqual(await store.commit([settlement(mailbox(1), seq!, 'one too many')], limit), ['full']);
    return seq!;
  },
  async (store) => {
    const seqs = await add(store, mailbox(1), ...times(3, (i) => `removed ${i}`));
    await store.remove(mailbox(1), seqs.at(-1)!);
    return seqs.at(-1)!;
  },
  async (store) => (await add(store, mailbox(1), messageOf('expires', 1_001)))[0]!,
];

/** Returns the second. @throws unless it is above the first */
function above(low: bigint, high: bigint): bigint {
  assert.ok(high > low, `${high} comes after ${low}`);
  return high;
}
