// Messages that passed without a plugin's verdict are listed until they are acknowledged.

import assert from 'node:assert/strict';
import type { AdmittedRange, Mailbox, Store } from '@gatehouse/server';
import { offerOf } from '../../support/admit-all.js';
import type { Promises } from '../promise.js';
import { admit, deciding, mailbox, pagesOf, times } from '../small-messages.js';

export const admitted = {
  'messages that passed without a verdict are listed, also by plugin, until they are acknowledged': async (place) => {
    const store = await place.open();
    await addWithout(store, mailbox(1), [], ['guard'], [], ['guard', 'limiter']);
    place.now = 1_001;
    await addWithout(store, mailbox(2), ['limiter']);
    for await (const opened of place.nowAndReopened()) {
      assert.deepEqual(await listed(opened), ['1 2 1000 guard', '1 4 1000 guard,limiter', '2 1 1001 limiter']);
      assert.deepEqual(await listed(opened, { plugin: 'guard' }), ['1 2 1000 guard', '1 4 1000 guard,limiter']);
      assert.deepEqual(await listed(opened, { plugin: 'limiter' }), ['1 4 1000 guard,limiter', '2 1 1001 limiter']);
      assert.deepEqual(await listed(opened, { plugin: 'tracing' }), []);
    }
    const opened = await place.open();
    await opened.acknowledge(mailbox(1), 3n);
    assert.deepEqual(await listed(opened), ['1 4 1000 guard,limiter', '2 1 1001 limiter']);
    await opened.acknowledge(mailbox(1), 4n);
    assert.deepEqual(await listed(opened), ['2 1 1001 limiter']);
  },

  'many messages that passed without a verdict come page by page, each once': async (place) => {
    const store = await place.open();
    const count = 1_045;
    await addWithout(store, mailbox(1), ...times(count, (i) => [i % 100 === 0 ? 'rare' : 'usual']));
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
async function addWithout(store: Store, to: Mailbox, ...without: readonly (readonly string[])[]): Promise<void> {
  const decide = deciding(({ index }) => {
    const admittedWithout = without[index]!;
    return { admit: true, ...(admittedWithout.length > 0 && { admittedWithout }) };
  });
  await admit(
    store,
    without.map(() => offerOf(to, 'x')),
    { decide },
  );
}

async function listed(store: Store, range: Partial<AdmittedRange> = {}): Promise<readonly string[]> {
  const messages = (await pagesOf(store, { limit: 100, ...range })).flat();
  return messages.map((one) => `${one.mailbox.channelId[0]} ${one.seq} ${one.storedAt} ${one.admittedWithout}`);
}
