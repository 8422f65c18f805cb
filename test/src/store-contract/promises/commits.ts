// A commit is stored as a whole or not at all, and no later one is seen before it.

import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Settlement, Store } from '@gatehouse/server';
import type { Promises } from '../promise.js';
import { add, mailbox, messageOf, noLimit, receiptOf, settlement, textsIn, times } from '../small-messages.js';

const boxes = [mailbox(1), mailbox(2), mailbox(3)];

/** Settlements of mailbox 2, in which number 1 is taken, that no store may accept. */
const refused: Readonly<Record<string, (seq: bigint) => Settlement>> = {
  'a number that was committed before': () => settlement(mailbox(2), 1n, 'again'),
  'a sender whose key is too short': (seq) => ({
    mailbox: mailbox(2),
    seq,
    message: { ...messageOf('x'), senderIdentity: Buffer.alloc(31) },
  }),
  'a receipt without a message': (seq) => ({ mailbox: mailbox(2), seq, receipt: receiptOf('of a gap') }),
};

export const commits = {
  'commits are seen in the order of the calls, over all mailboxes': async (place) => {
    const store = await place.open();
    const seqs = await store.assignSeqs(times(90, (i) => boxes[i % 3]!));
    let isDone = false;
    const done = Promise.all(
      seqs.map((seq, i) => store.commit([settlement(boxes[i % 3]!, seq, `${i}`)], noLimit)),
    ).finally(() => {
      isDone = true;
    });
    while (!isDone) {
      const before = await seenIn(store);
      const after = new Set(await seenIn(store));
      // What is read later is no older: whatever was committed before something that was seen must be there by then.
      for (const i of times(Math.max(-1, ...before) + 1, (i) => i))
        assert.ok(after.has(i), `${i} is seen with later ones`);
      await nextTurn();
    }
    await done;
  },

  'a commit that fails leaves nothing: no message, no receipt, no used number': async (place) => {
    for (const [what, last] of Object.entries(refused)) {
      const own = place.part(what);
      await add(await own.open(), mailbox(2), 'before');
      const first = await failed(await own.open(), what, last);
      await isUntouched(first.store);
      const second = await failed(await own.open(), what, last);
      await isUntouched(second.store);
      assert.deepEqual(
        await second.store.commit(second.sound, noLimit),
        ['stored', 'stored'],
        'the numbers are not used',
      );
    }
  },

  'a commit that fails takes no other with it': async (place) => {
    for (const [what, last] of Object.entries(refused)) {
      const store = await place.part(what).open();
      await add(store, mailbox(2), 'before');
      const [one, two, three] = await store.assignSeqs(boxes);
      const [before, failed, after] = await Promise.allSettled([
        store.commit([settlement(mailbox(1), one!, 'one')], noLimit),
        store.commit([last(two!)], noLimit),
        store.commit([settlement(mailbox(3), three!, 'three')], noLimit),
      ]);
      assert.deepEqual([before.status, failed.status, after.status], ['fulfilled', 'rejected', 'fulfilled'], what);
      assert.deepEqual(await Promise.all(boxes.map((box) => textsIn(store, box))), [['one'], ['before'], ['three']]);
    }
  },
} satisfies Promises;

/** Tries a commit whose last settlement is refused. Returns the others. */
async function failed(store: Store, what: string, last: (seq: bigint) => Settlement) {
  const [one, two, three] = await store.assignSeqs([mailbox(1), mailbox(2), mailbox(2)]);
  const withReceipt = { ...settlement(mailbox(1), one!, 'one'), receipt: receiptOf('key') };
  const sound = [withReceipt, settlement(mailbox(2), two!, 'two')];
  await assert.rejects(store.commit([...sound, last(three!)], noLimit), what);
  return { store, sound };
}

async function isUntouched(store: Store): Promise<void> {
  assert.deepEqual(await textsIn(store, mailbox(1)), []);
  assert.deepEqual(await textsIn(store, mailbox(2)), ['before']);
  assert.equal(await store.receipt(Buffer.from('key')), undefined);
  assert.equal(await store.receipt(Buffer.from('of a gap')), undefined);
}

/** The places in the order of commits of all messages that are seen. */
async function seenIn(store: Store): Promise<readonly number[]> {
  const seen = await Promise.all(boxes.map((box) => textsIn(store, box)));
  return seen.flat().map(Number);
}
