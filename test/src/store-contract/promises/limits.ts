// A mailbox takes what has room in it, exactly, and counts only what can still be fetched.

import assert from 'node:assert/strict';
import type { MailboxLimit, Store } from '@gatehouse/server';
import type { Promises } from '../promise.js';
import { add, all, mailbox, messageOf, receiptOf, settlement, textsIn, times } from '../small-messages.js';

const limit = { messages: 3, bytes: 10 };

export const limits = {
  'a mailbox never holds more messages than its limit, nor fewer, under concurrent commits': async (place) => {
    const store = await place.open();
    const settled = await Promise.all(
      times(20, (i) => put(store, `${i % 10}`, { messages: 7, bytes: 100 }, 1 + (i % 2))),
    );
    assert.equal(settled.filter((one) => one === 'stored').length, 14);
    for (const byte of [1, 2]) assert.equal((await store.fetch(mailbox(byte), all)).length, 7);
    assert.equal(await put(await place.open(), 'x', { messages: 7, bytes: 100 }), 'full', 'also after a reopening');
  },

  'a mailbox never holds more bytes than its limit, and fills to the last byte': async (place) => {
    const store = await place.open();
    const settled = await Promise.all(times(20, () => put(store, '1234', { messages: 100, bytes: 30 })));
    assert.equal(settled.filter((one) => one === 'stored').length, 7);
    const next = async (text: string) => put(await place.open(), text, { messages: 100, bytes: 30 });
    assert.deepEqual(
      [await next('123'), await next('12'), await next('1'), await next('')],
      ['full', 'stored', 'full', 'stored'],
    );
  },

  'what was acknowledged does not count any more': async (place) => {
    const store = await place.open();
    const seqs = await add(store, mailbox(1), '1234', '1', '12345');
    assert.equal(await put(store, 'x', limit), 'full');
    await store.remove(mailbox(1), seqs[1]!);
    assert.deepEqual([await put(store, '123456', limit), await put(store, '12345', limit)], ['full', 'stored']);
    assert.deepEqual(await textsIn(store, mailbox(1)), ['12345', '12345']);
  },

  'what has expired does not count any more, removed or not': async (place) => {
    const store = await place.open();
    await add(store, mailbox(1), messageOf('12345', 2_000), messageOf('1234', 2_001), 'x');
    await add(store, mailbox(2), ...times(3, () => messageOf('x', 2_000)));
    await add(store, mailbox(3), ...times(1_000, () => messageOf('of another mailbox, and expired before', 1_500)));
    place.now = 1_999;
    assert.equal(await put(store, '', limit), 'full');
    place.now = 2_000;
    assert.deepEqual([await put(store, '123456', limit), await put(store, '12345', limit)], ['full', 'stored']);
    assert.equal(await put(store, '', limit), 'full');
    const settled = await Promise.all(times(5, () => put(store, 'y', limit, 2)));
    assert.deepEqual(settled, ['stored', 'stored', 'stored', 'full', 'full']);
    await store.removeExpired();
    assert.deepEqual(
      [await put(store, '', limit), await put(store, '', limit, 2)],
      ['full', 'full'],
      'not counted off twice',
    );
    assert.deepEqual(await textsIn(store, mailbox(1)), ['1234', 'x', '12345']);
  },

  'a message without room leaves a gap and no receipt, and its commit is stored': async (place) => {
    const store = await place.open();
    const boxes = [mailbox(1), mailbox(1), mailbox(2)];
    const seqs = await store.assignSeqs(boxes);
    const settlements = boxes.map((box, i) => ({ ...settlement(box, seqs[i]!, `${i}`), receipt: receiptOf(`${i}`) }));
    assert.deepEqual(await store.commit(settlements, { messages: 1, bytes: 10 }), ['stored', 'full', 'stored']);
    assert.deepEqual([await textsIn(store, mailbox(1)), await textsIn(store, mailbox(2))], [['0'], ['2']]);
    const receipts = await Promise.all(settlements.map(({ receipt }) => store.receipt(receipt.id)));
    assert.deepEqual(
      receipts.map((receipt) => receipt?.seq),
      [seqs[0], undefined, seqs[2]],
    );
  },

  'a mailbox with room is never reported to have none': async (place) => {
    const store = await place.open();
    await add(store, mailbox(1), messageOf('12345', 2_000), '12345');
    for (const [bytes, given] of [
      [5, { messages: 3, bytes: 15 }],
      [0, { messages: 3, bytes: 10 }],
    ] as const)
      assert.equal(await store.mayHaveRoom(mailbox(1), bytes, given), true);
    assert.equal(await store.mayHaveRoom(mailbox(2), 10, limit), true, 'an empty one');
    place.now = 2_000;
    assert.equal(
      await store.mayHaveRoom(mailbox(1), 5, { messages: 2, bytes: 10 }),
      true,
      'what has expired makes room',
    );
  },
} satisfies Promises;

async function put(store: Store, text: string, most: MailboxLimit, byte = 1) {
  const [seq] = await store.assignSeqs([mailbox(byte)]);
  const [settled] = await store.commit([settlement(mailbox(byte), seq!, text)], most);
  return settled!;
}
