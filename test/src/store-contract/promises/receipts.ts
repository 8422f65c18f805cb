// A receipt is found from the moment at which its message is, until it expires.

import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Store } from '@gatehouse/server';
import type { Promises } from '../promise.js';
import { all, mailbox, noLimit, receiptOf, settlement, textOf, times } from '../small-messages.js';

export const receipts = {
  'a receipt comes back with the number of its message, until it expires': async (place) => {
    const store = await place.open();
    const seqs = await send(store, 'first', 'second');
    for await (const opened of place.nowAndReopened()) {
      for (const [i, id] of ['first', 'second'].entries()) {
        const { fingerprint, expiresAt } = receiptOf(id, 2_000);
        const found = await opened.receipt(Buffer.from(id));
        assert.deepEqual([found?.seq, found?.expiresAt], [seqs[i], expiresAt]);
        assert.ok(fingerprint.equals(found!.fingerprint), 'the fingerprint');
      }
      assert.equal(await opened.receipt(Buffer.from('fir')), undefined, 'of another id');
    }
    const opened = await place.open();
    place.now = 1_999;
    assert.ok(await opened.receipt(Buffer.from('first')), 'found to the last');
    place.now = 2_000;
    assert.equal(await opened.receipt(Buffer.from('first')), undefined);
  },

  'no message is seen before its receipt is found': async (place) => {
    const store = await place.open();
    const ids = times(30, (i) => `${i}`);
    let isDone = false;
    const done = Promise.all(ids.map((id) => send(store, id))).finally(() => {
      isDone = true;
    });
    while (!isDone) {
      for (const { payload, seq } of await store.fetch(mailbox(1), all))
        assert.equal((await store.receipt(payload))?.seq, seq, `of ${textOf({ payload })}`);
      await nextTurn();
    }
    await done;
    for (const id of ids) assert.ok(await store.receipt(Buffer.from(id)), `of ${id}, once it is answered`);
  },

  'a receipt outlives its message': async (place) => {
    const store = await place.open();
    const [seq] = await send(store, 'key');
    await store.remove(mailbox(1), seq!);
    for await (const opened of place.nowAndReopened())
      assert.equal((await opened.receipt(Buffer.from('key')))?.seq, seq, 'a retry is known after the acknowledgement');
  },
} satisfies Promises;

/** Stores messages, each with a receipt by its text. */
async function send(store: Store, ...texts: readonly string[]): Promise<readonly bigint[]> {
  const seqs = await store.assignSeqs(texts.map(() => mailbox(1)));
  const settlements = texts.map((text, i) => ({
    ...settlement(mailbox(1), seqs[i]!, text),
    receipt: receiptOf(text, 2_000),
  }));
  await store.commit(settlements, noLimit);
  return seqs;
}
