// Messages and keys expire at their time, to the millisecond, and are removed to the last.

import assert from 'node:assert/strict';
import { offerOf } from '../../support/admit-all.js';
import type { Promises } from '../promise.js';
import { add, admitOne, all, mailbox, numberOf, retriable, textsIn, times } from '../small-messages.js';

export const expiry = {
  'a message is fetched until its time, and not from then on': async (place) => {
    const store = await place.open();
    await add(store, mailbox(1), lasting('first', 2_000), lasting('second', 3_000), lasting('third', 2_001));
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
    await add(store, mailbox(1), ...times(350, (i) => lasting(`${i}`, 2_000 + (i % 2))));
    await add(store, mailbox(2), lasting('acknowledged', 2_000, 2), lasting('kept', 2_001, 2));
    await store.acknowledge(mailbox(2), 1n);
    place.now = 2_000;
    const removed = await store.removeExpired();
    assert.ok(removed === 175 || removed === 176, `${removed}, perhaps with the acknowledged one`);
    assert.equal(await store.removeExpired(), 0);
    // A clock that goes back shows what was removed, and what only is not fetched.
    place.now = 1_000;
    const odd = times(175, (i) => `${2 * i + 1}`);
    for await (const opened of place.nowAndReopened()) {
      assert.deepEqual(await textsIn(opened, mailbox(1)), odd);
      assert.deepEqual(await textsIn(opened, mailbox(2)), ['kept']);
    }
  },

  'acknowledgements and expiry at once remove each message once': async (place) => {
    const store = await place.open();
    const seqs = await add(store, mailbox(1), ...times(250, (i) => lasting(`${i}`, 2_000)), 'kept');
    place.now = 2_000;
    const removed = await Promise.all([
      store.acknowledge(mailbox(1), seqs[149]!),
      store.removeExpired(),
      store.acknowledge(mailbox(1), seqs[249]!),
    ]);
    assert.deepEqual(await textsIn(store, mailbox(1)), ['kept']);
    await add(store, mailbox(1), 'last');
    const { outcome } = await admitOne(store, offerOf(mailbox(1), ''), { limit: { messages: 2, bytes: 1_000 } });
    assert.equal(outcome, 'full', 'nothing was counted off twice');
    assert.ok(removed[0] + removed[2] <= 250);
  },

  'expired keys are removed, but not one that was given again': async (place) => {
    const store = await place.open();
    const offer = retriable(mailbox(1), 'key', 1_000);
    const [first, second] = [await admitOne(store, offer), await later(2_000, () => admitOne(store, offer))];
    assert.ok(numberOf(second) > numberOf(first), 'another message once the key has expired');
    assert.equal(await store.removeExpired(), 1, 'the older one');
    assert.deepEqual(await admitOne(store, offer), { outcome: 'repeated', seq: numberOf(second) });
    assert.equal(await later(3_000, () => store.removeExpired()), 1, 'the newer one');
    // A clock that goes back shows what was removed, and what only has expired.
    numberOf(await later(2_000, () => admitOne(store, offer)));

    function later<T>(now: number, done: () => Promise<T>): Promise<T> {
      place.now = now;
      return done();
    }
  },
} satisfies Promises;

/** A message that is stored at 1,000 and expires at this time. */
const lasting = (text: string, expiresAt: number, byte = 1) => offerOf(mailbox(byte), text, expiresAt - 1_000);
