// An acknowledgement moves a cursor: what is before it is gone at once.

import assert from 'node:assert/strict';
import { offerOf } from '../../support/admit-all.js';
import { LateDecision } from '../late-decision.js';
import type { Promises } from '../promise.js';
import {
  add,
  admit,
  admitOne,
  all,
  deciding,
  highestNumber,
  mailbox,
  nextNumber,
  pagesOf,
  textsIn,
  times,
} from '../small-messages.js';

export const acknowledgements = {
  'an acknowledgement takes the messages up to and including a number, of one mailbox': async (place) => {
    const store = await place.open();
    const seqs = await add(store, mailbox(1), 'a', 'b', 'c', 'd');
    for (const other of [0, 2]) await add(store, mailbox(other), 'of another mailbox');
    for (const [upTo, left] of [
      [0n, 'abcd'],
      [seqs[1]!, 'cd'],
      [seqs[0]!, 'cd'],
      [seqs[3]! - 1n, 'd'],
    ] as const) {
      await store.acknowledge(mailbox(1), upTo);
      assert.deepEqual((await textsIn(store, mailbox(1))).join(''), left, `up to ${upTo}`);
    }
    const opened = await place.open();
    for (const byte of [0, 1, 2])
      assert.equal((await textsIn(opened, mailbox(byte))).length, 1, 'also after a reopening');
    await opened.acknowledge(mailbox(1), highestNumber);
    assert.deepEqual(await textsIn(opened, mailbox(1)), []);
  },

  'a large mailbox is acknowledged to the last message': async (place) => {
    const store = await place.open();
    const seqs = await add(store, mailbox(1), ...times(2_500, () => 'x'));
    assert.equal(await store.acknowledge(mailbox(1), seqs.at(-2)!), 2_499);
    for await (const opened of place.nowAndReopened())
      assert.deepEqual(
        (await opened.fetch(mailbox(1), all)).map(({ seq }) => seq),
        [seqs.at(-1)],
      );
  },

  'an acknowledgement reports how many messages there were, each to one caller': async (place) => {
    const store = await place.open();
    const seqs = await add(store, mailbox(1), ...times(250, () => 'x'));
    const passed = await Promise.all([120, 250, 250].map((count) => store.acknowledge(mailbox(1), seqs[count - 1]!)));
    assert.equal(
      passed.reduce((sum, count) => sum + count),
      250,
    );
    assert.equal(await store.acknowledge(mailbox(1), seqs.at(-1)!), 0);
  },

  'the cursor is the highest number that was acknowledged, of each mailbox on its own': async (place) => {
    const store = await place.open();
    assert.equal(await store.cursor(mailbox(1)), 0n);
    const seqs = await add(store, mailbox(1), ...times(5, (i) => `${i}`));
    await add(store, mailbox(2), 'of another mailbox');
    for (const [upTo, cursor] of [
      [seqs[1]!, seqs[1]],
      [0n, seqs[1]],
      [seqs[3]!, seqs[3]],
      [seqs[2]!, seqs[3]],
    ] as const) {
      await store.acknowledge(mailbox(1), upTo);
      assert.equal(await store.cursor(mailbox(1)), cursor, `after ${upTo}`);
    }
    for await (const opened of place.nowAndReopened())
      assert.deepEqual([await opened.cursor(mailbox(1)), await opened.cursor(mailbox(2))], [seqs[3], 0n]);
  },

  'an acknowledgement takes nothing that is stored later, whatever number it has': async (place) => {
    const store = await place.open();
    assert.equal(await store.acknowledge(mailbox(1), highestNumber), 0, 'of an empty mailbox');
    assert.equal(await store.cursor(mailbox(1)), 0n);
    await add(store, mailbox(1), 'before');
    const gap = await nextNumber(store, mailbox(1));
    const decision = new LateDecision();
    const stored = admitOne(store, offerOf(mailbox(1), 'meanwhile'), decision);
    await decision.isAsked;
    assert.equal(await store.acknowledge(mailbox(1), highestNumber), 1);
    assert.equal(await store.cursor(mailbox(1)), gap, 'the last number that was given before');
    decision.give({ admit: true });
    await stored;
    await add(store, mailbox(1), 'after');
    for await (const opened of place.nowAndReopened())
      assert.deepEqual(await textsIn(opened, mailbox(1)), ['meanwhile', 'after']);
  },

  'thousands of messages are gone once they are acknowledged, also while they are still being removed': async (
    place,
  ) => {
    const count = 2_000;
    const store = await place.open();
    const decide = deciding(() => ({ admit: true, admittedWithout: ['guard'] }));
    for (const byte of [1, 2])
      await admit(
        store,
        times(count, () => offerOf(mailbox(byte), 'x')),
        { decide },
      );
    const listed = async () => (await pagesOf(store, { limit: 10 * count })).flat().length;
    const put = async (byte: number) =>
      (await admitOne(store, offerOf(mailbox(byte), 'y'), { limit: { messages: 2, bytes: 2 } })).outcome;
    assert.equal(await store.acknowledge(mailbox(1), highestNumber), count);
    assert.deepEqual([await textsIn(store, mailbox(1)), await listed()], [[], count]);
    assert.equal(await store.acknowledge(mailbox(2), highestNumber), count);
    assert.deepEqual([await textsIn(store, mailbox(2)), await listed()], [[], 0]);
    for (const byte of [1, 2])
      assert.deepEqual([await put(byte), await put(byte), await put(byte)], ['stored', 'stored', 'full']);
    for await (const opened of place.nowAndReopened())
      for (const byte of [1, 2]) assert.deepEqual(await textsIn(opened, mailbox(byte)), ['y', 'y']);
  },
} satisfies Promises;
