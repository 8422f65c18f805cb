// A batch is stored as a whole or not at all, and no later one is seen before it.

import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Offer, Store } from '@gatehouse/server';
import { letIn, offerOf } from '../../support/admit-all.js';
import type { Promises } from '../promise.js';
import { add, admit, admitOne, mailbox, noLimit, retriable, textsIn, times } from '../small-messages.js';

const boxes = [mailbox(1), mailbox(2), mailbox(3)];

/** Messages that no store may accept. */
const impossible: Readonly<Record<string, Offer>> = {
  'a sender whose key is too short': { ...offerOf(mailbox(2), 'x'), senderIdentity: Buffer.alloc(31) },
  'a fingerprint that is too short': {
    ...offerOf(mailbox(2), 'x'),
    retry: { key: Buffer.from('key'), fingerprint: Buffer.alloc(31), lifeMs: 1_000 },
  },
};

export const batches = {
  'batches are seen in the order of the calls, over all mailboxes': async (place) => {
    const store = await place.open();
    let isDone = false;
    const done = Promise.all(times(90, (i) => admitOne(store, offerOf(boxes[i % 3]!, `${i}`)))).finally(() => {
      isDone = true;
    });
    while (!isDone) {
      const before = await seenIn(store);
      const after = new Set(await seenIn(store));
      // What is read later is no older: whatever was stored before something that was seen must be there by then.
      for (const i of times(Math.max(-1, ...before) + 1, (i) => i))
        assert.ok(after.has(i), `${i} is seen with later ones`);
      await nextTurn();
    }
    await done;
  },

  'a batch that fails leaves nothing: no message and no key': async (place) => {
    for (const [what, last] of Object.entries(impossible)) {
      const own = place.part(what);
      await add(await own.open(), mailbox(2), 'before');
      const sound = [retriable(mailbox(1), 'one'), retriable(mailbox(2), 'two')];
      await allFail(await own.open(), [...sound, last], what);
      for await (const store of own.nowAndReopened()) {
        assert.deepEqual([await textsIn(store, mailbox(1)), await textsIn(store, mailbox(2))], [[], ['before']]);
        await allFail(store, [...sound, last], what);
      }
      const outcomes = await admit(await own.open(), sound);
      assert.deepEqual(
        outcomes.map(({ outcome }) => outcome),
        ['stored', 'stored'],
        'no key is known',
      );
    }
  },

  'a batch that fails takes no other with it': async (place) => {
    for (const [what, last] of Object.entries(impossible)) {
      const store = await place.part(what).open();
      await add(store, mailbox(2), 'before');
      const tried = await Promise.allSettled([
        add(store, mailbox(1), 'one'),
        admit(store, [last]),
        add(store, mailbox(3), 'three'),
      ]);
      assert.deepEqual(
        tried.map(({ status }) => status),
        ['fulfilled', 'rejected', 'fulfilled'],
        what,
      );
      assert.deepEqual(await Promise.all(boxes.map((box) => textsIn(store, box))), [['one'], ['before'], ['three']]);
      await add(store, mailbox(2), 'after');
    }
  },
} satisfies Promises;

async function allFail(store: Store, offers: readonly Offer[], what: string): Promise<void> {
  const failed = await Promise.allSettled(store.admit(offers, noLimit, letIn).outcomes);
  for (const { status } of failed) assert.equal(status, 'rejected', what);
}

/** The places in the order of the calls of all messages that are seen. */
async function seenIn(store: Store): Promise<readonly number[]> {
  const seen = await Promise.all(boxes.map((box) => textsIn(store, box)));
  return seen.flat().map(Number);
}
