// Removal takes the messages up to a number.

import assert from 'node:assert/strict';
import type { Promises } from '../promise.js';
import { add, all, mailbox, textsIn, times } from '../small-messages.js';

export const removal = {
  'removal takes the messages up to and including a number, of one mailbox': async (place) => {
    const store = await place.open();
    const seqs = await add(store, mailbox(1), 'a', 'b', 'c', 'd');
    for (const other of [0, 2]) await add(store, mailbox(other), 'of another mailbox');
    for (const [upTo, left] of [
      [0n, 'abcd'],
      [seqs[1]!, 'cd'],
      [seqs[0]!, 'cd'],
      [seqs[3]! - 1n, 'd'],
    ] as const) {
      await store.remove(mailbox(1), upTo);
      assert.deepEqual((await textsIn(store, mailbox(1))).join(''), left, `up to ${upTo}`);
    }
    const opened = await place.open();
    for (const byte of [0, 1, 2])
      assert.equal((await textsIn(opened, mailbox(byte))).length, 1, 'also after a reopening');
    await opened.remove(mailbox(1), 2n ** 64n - 1n);
    assert.deepEqual(await textsIn(opened, mailbox(1)), []);
  },

  'a large mailbox is removed to the last message': async (place) => {
    const store = await place.open();
    const seqs = await add(store, mailbox(1), ...times(2_500, () => 'x'));
    assert.equal(await store.remove(mailbox(1), seqs.at(-2)!), 2_499);
    assert.deepEqual(
      (await store.fetch(mailbox(1), all)).map(({ seq }) => seq),
      [seqs.at(-1)],
    );
  },

  'a removal reports how many messages there were, each to one caller': async (place) => {
    const store = await place.open();
    const seqs = await add(store, mailbox(1), ...times(250, () => 'x'));
    const removed = await Promise.all([120, 250, 250].map((count) => store.remove(mailbox(1), seqs[count - 1]!)));
    assert.equal(
      removed.reduce((sum, count) => sum + count),
      250,
    );
    assert.equal(await store.remove(mailbox(1), seqs.at(-1)!), 0);
  },
} satisfies Promises;
