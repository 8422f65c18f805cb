// Messages that passed without a plugin's verdict are listed until they are removed.

import assert from 'node:assert/strict';
import type { AdmittedMessage, AdmittedRange, Mailbox, Store } from '@gatehouse/server';
import type { Promises } from '../promise.js';
import { add, mailbox, messageOf, times } from '../small-messages.js';

export const admitted = {
  'messages that passed without a verdict are listed, also by plugin, until they are removed': async (place) => {
    const store = await place.open();
    await admit(store, mailbox(1), [], ['guard'], [], ['guard', 'limiter']);
    await admit(store, mailbox(2), ['limiter']);
    for await (const opened of place.nowAndReopened()) {
      assert.deepEqual(await listed(opened), ['1 2 1001 guard', '1 4 1003 guard,limiter', '2 1 1000 limiter']);
      assert.deepEqual(await listed(opened, { plugin: 'guard' }), ['1 2 1001 guard', '1 4 1003 guard,limiter']);
      assert.deepEqual(await listed(opened, { plugin: 'limiter' }), ['1 4 1003 guard,limiter', '2 1 1000 limiter']);
      assert.deepEqual(await listed(opened, { plugin: 'tracing' }), []);
    }
    const opened = await place.open();
    await opened.remove(mailbox(1), 3n);
    assert.deepEqual(await listed(opened), ['1 4 1003 guard,limiter', '2 1 1000 limiter']);
    await opened.remove(mailbox(1), 4n);
    assert.deepEqual(await listed(opened), ['2 1 1000 limiter']);
  },

  'many messages that passed without a verdict come page by page, each once': async (place) => {
    const store = await place.open();
    const count = 1_045;
    await admit(store, mailbox(1), ...times(count, (i) => [i % 100 === 0 ? 'rare' : 'usual']));
    for (const [plugin, wanted] of [
      [undefined, count],
      ['rare', 11],
    ] as const) {
      const pages = await pagesOf(store, { limit: 10, ...(plugin && { plugin }) });
      assert.ok(
        pages.every((page) => page.length <= 10),
        'no page has more than was asked for',
      );
      const seqs = pages.flat().map(({ seq }) => seq);
      assert.equal(seqs.length, wanted);
      assert.ok(
        seqs.every((seq, i) => i === 0 || seq > seqs[i - 1]!),
        'in order, each once',
      );
    }
  },
} satisfies Promises;

/** Stores messages that passed without these plugins: none, one or several. */
async function admit(store: Store, to: Mailbox, ...without: readonly (readonly string[])[]): Promise<void> {
  const messages = without.map((admittedWithout, i) => {
    const message = { ...messageOf('x'), storedAt: 1_000 + i };
    return admittedWithout.length === 0 ? message : { ...message, admittedWithout };
  });
  await add(store, to, ...messages);
}

async function listed(store: Store, range: Partial<AdmittedRange> = {}): Promise<readonly string[]> {
  const messages = (await pagesOf(store, { limit: 100, ...range })).flat();
  return messages.map((one) => `${one.mailbox.channelId[0]} ${one.seq} ${one.storedAt} ${one.admittedWithout}`);
}

async function pagesOf(store: Store, range: AdmittedRange): Promise<readonly (readonly AdmittedMessage[])[]> {
  const { messages, next } = await store.admittedWithout(range);
  return next === undefined ? [messages] : [messages, ...(await pagesOf(store, { ...range, after: next }))];
}
