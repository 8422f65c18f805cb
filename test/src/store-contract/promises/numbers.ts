// Numbers rise strictly in each mailbox, whatever becomes of the messages that had them.

import assert from 'node:assert/strict';
import type { Numbered, Store } from '@gatehouse/server';
import { offerOf } from '../../support/admit-all.js';
import type { Promises } from '../promise.js';
import { add, admit, admitOne, all, deciding, mailbox, nextNumber, numberOf, times } from '../small-messages.js';

export const numbers = {
  'numbers rise in each mailbox on its own, also while earlier ones are being written': async (place) => {
    const store = await place.open();
    const highest = [0n, 0n];
    const written: Promise<unknown>[] = [];
    for (let i = 0; i < 30; i++) {
      const to = i % 3 === 0 ? [0, 1, 0] : [i % 2];
      const decide = deciding(({ index, seq }) => {
        highest[to[index]!] = above(highest[to[index]!]!, seq);
        return { admit: true };
      });
      written.push(
        admit(
          store,
          to.map((byte) => offerOf(mailbox(byte), 'x')),
          { decide },
        ),
      );
    }
    await Promise.all(written);
    assert.ok(highest[1]! < highest[0]!, 'the numbers of a mailbox do not depend on others');
  },

  'the number of a message is the same when it is decided, answered and fetched': async (place) => {
    const store = await place.open();
    const told: Numbered[] = [];
    const decide = deciding((asked) => {
      told.push(asked);
      return { admit: asked.index !== 1 };
    });
    const outcomes = await admit(
      store,
      times(3, (i) => offerOf(mailbox(1), `${i}`)),
      { decide },
    );
    assert.deepEqual(
      told.map(({ index }) => index),
      [0, 1, 2],
    );
    const [one, , three] = told.map(({ seq }) => seq);
    assert.deepEqual(outcomes, [
      { outcome: 'stored', seq: one },
      { outcome: 'refused' },
      { outcome: 'stored', seq: three },
    ]);
    for await (const opened of place.nowAndReopened())
      assert.deepEqual(
        (await opened.fetch(mailbox(1), all)).map(({ seq }) => seq),
        [one, three],
      );
  },

  'a used number is never given again: after a gap, an acknowledgement, an expiry, a reopening': async (place) => {
    let last = 0n;
    for (const uses of waysToUse) {
      const store = await place.open();
      last = above(last, await uses(store));
      place.now += 1_000;
      await store.removeExpired();
      last = above(last, await nextNumber(store, mailbox(1)));
    }
    above(last, await nextNumber(await place.open(), mailbox(1)));
  },
} satisfies Promises;

/** Each uses one number in a way of its own, and returns it. */
const waysToUse: readonly ((store: Store) => Promise<bigint>)[] = [
  async (store) => (await add(store, mailbox(1), 'kept'))[0]!,
  (store) => nextNumber(store, mailbox(1)),
  async (store) => {
    // Both find room when they are offered, and the second none when it is written.
    const limit = { messages: 2, bytes: 20 };
    const told: bigint[] = [];
    const decide = deciding(({ seq }) => {
      told.push(seq);
      return { admit: true };
    });
    const outcomes = await admit(
      store,
      times(2, (i) => offerOf(mailbox(1), `${i}`)),
      { decide, limit },
    );
    assert.deepEqual(
      outcomes.map(({ outcome }) => outcome),
      ['stored', 'full'],
    );
    return told.at(-1)!;
  },
  async (store) => {
    const seqs = await add(store, mailbox(1), ...times(3, (i) => `acknowledged ${i}`));
    await store.acknowledge(mailbox(1), seqs.at(-1)!);
    return seqs.at(-1)!;
  },
  async (store) => numberOf(await admitOne(store, offerOf(mailbox(1), 'expires', 1))),
];

/** Returns the second. @throws unless it is above the first */
function above(low: bigint, high: bigint): bigint {
  assert.ok(high > low, `${high} comes after ${low}`);
  return high;
}
