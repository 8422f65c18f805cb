// A fetch returns what its range says, and at least one message when there is one.

import assert from 'node:assert/strict';
import type { FetchRange, Store } from '@gatehouse/server';
import type { Place } from '../place.js';
import type { Promises } from '../promise.js';
import { add, all, highestNumber, mailbox, textOf } from '../small-messages.js';

const texts = ['1234', '12', '', '123', '1'];

export const ranges = {
  'a fetch goes on after its number, whether that is in the mailbox or not': async (place) => {
    const { store, seqs, fetched } = await filled(place);
    for (const [i, seq] of seqs.entries()) {
      assert.deepEqual(await fetched({ after: seq }), texts.slice(i + 1));
      assert.deepEqual(await fetched({ after: seq - 1n }), texts.slice(i));
    }
    await store.acknowledge(mailbox(1), seqs[1]!);
    assert.deepEqual(await fetched({ after: seqs[0]! }), texts.slice(2), 'after one that was acknowledged');
    assert.deepEqual(await fetched({ after: highestNumber }), [], 'after the highest number of all');
  },

  'a fetch returns no more messages than its limit, and as many if there are': async (place) => {
    const { fetched } = await filled(place);
    for (const limit of [1, 2, 5, 6]) assert.deepEqual(await fetched({ limit }), texts.slice(0, limit));
  },

  'a fetch returns no more bytes than it may, and as many as it may': async (place) => {
    const { fetched } = await filled(place);
    for (const [maxBytes, count] of [
      [4, 1],
      [5, 1],
      [6, 3],
      [8, 3],
      [9, 4],
      [10, 5],
    ] as const)
      assert.deepEqual(await fetched({ maxBytes }), texts.slice(0, count), `${maxBytes} bytes`);
  },

  'a fetch returns the first message, however large it is': async (place) => {
    const { seqs, fetched } = await filled(place);
    assert.deepEqual(await fetched({ maxBytes: 0 }), ['1234']);
    assert.deepEqual(await fetched({ maxBytes: 3, after: seqs[0]! }), ['12', '']);
    assert.deepEqual(await fetched({ maxBytes: 1, after: seqs[2]! }), ['123']);
  },
} satisfies Promises;

/** A mailbox with messages, between two others. */
async function filled(place: Place) {
  const store = await place.open();
  const seqs = await add(store, mailbox(1), ...texts);
  for (const other of [0, 2]) await add(store, mailbox(other), 'of another mailbox');
  return { store, seqs, fetched: (range: Partial<FetchRange>) => fetched(store, range) };
}

async function fetched(store: Store, range: Partial<FetchRange>): Promise<readonly string[]> {
  return (await store.fetch(mailbox(1), { ...all, ...range })).map(textOf);
}
