// Messages and receipts expire at their time, to the millisecond, and are removed to the last.

import assert from 'node:assert/strict';
import type { Promises } from '../promise.js';
import { add, all, mailbox, messageOf, noLimit, receiptOf, settlement, textsIn, times } from '../small-messages.js';

export const expiry = {
  'a message is fetched until its time, and not from then on': async (place) => {
    const store = await place.open();
    await add(store, mailbox(1), messageOf('first', 2_000), messageOf('second', 3_000), messageOf('third', 2_001));
    const shows = { 1999: ['first', 'second', 'third'], 2000: ['second', 'third'], 2001: ['second'], 3000: [] };
    for (const [now, texts] of Object.entries(shows)) {
      place.now = Number(now);
      assert.deepEqual(await textsIn(store, mailbox(1)), texts, `at ${now}`);
    }
    place.now = 2_000;
    assert.deepEqual(
      (await store.fetch(mailbox(1), { ...all, limit: 1 })).map(({ expiresAt }) => expiresAt),
      [3_000],
    );
  },

  'expired messages are removed to the last, and no others': async (place) => {
    const store = await place.open();
    await add(store, mailbox(1), ...times(350, (i) => messageOf(`${i}`, 2_000 + (i % 2))));
    await add(store, mailbox(2), messageOf('acknowledged', 2_000), messageOf('kept', 2_001));
    await store.remove(mailbox(2), 1n);
    place.now = 2_000;
    assert.equal(await store.removeExpired(), 175);
    assert.equal(await store.removeExpired(), 0);
    // A clock that goes back shows what was removed, and what only is not fetched.
    place.now = 1_000;
    const odd = times(175, (i) => `${2 * i + 1}`);
    for await (const opened of place.nowAndReopened()) {
      assert.deepEqual(await textsIn(opened, mailbox(1)), odd);
      assert.deepEqual(await textsIn(opened, mailbox(2)), ['kept']);
    }
  },

  'removals and expiry at once remove each message once': async (place) => {
    const store = await place.open();
    const seqs = await add(store, mailbox(1), ...times(250, (i) => messageOf(`${i}`, 2_000)), 'kept');
    place.now = 2_000;
    const removed = await Promise.all([
      store.remove(mailbox(1), seqs[149]!),
      store.removeExpired(),
      store.remove(mailbox(1), seqs[249]!),
    ]);
    assert.deepEqual(await textsIn(store, mailbox(1)), ['kept']);
    const settled = await add(store, mailbox(1), 'last').then(async () => {
      const [seq] = await store.assignSeqs([mailbox(1)]);
      return store.commit([settlement(mailbox(1), seq!, '')], { messages: 2, bytes: 1_000 });
    });
    assert.deepEqual(settled, ['full'], 'nothing was counted off twice');
    assert.ok(removed[0] + removed[2] <= 250);
  },

  'expired receipts are removed, but not one that was given in the place of an older': async (place) => {
    const store = await place.open();
    for (const expiresAt of [2_000, 3_000]) {
      place.now = expiresAt - 1_000;
      const [seq] = await store.assignSeqs([mailbox(1)]);
      await store.commit([{ ...settlement(mailbox(1), seq!, 'x'), receipt: receiptOf('key', expiresAt) }], noLimit);
    }
    assert.equal(await store.removeExpired(), 1, 'the older one');
    assert.equal((await store.receipt(Buffer.from('key')))?.expiresAt, 3_000);
    place.now = 3_000;
    assert.equal(await store.removeExpired(), 1, 'the newer one');
    place.now = 2_000;
    assert.equal(await store.receipt(Buffer.from('key')), undefined);
  },
} satisfies Promises;
