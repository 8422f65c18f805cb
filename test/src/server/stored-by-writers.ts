// What processes were told is stored, compared with what is.

import type { Test } from 'tap';
import { all, mailbox } from '../store-contract/small-messages.js';
import { storeIn } from './small-store.js';
import type { StoreWriter } from './store-writer.js';

/** Looks for every acknowledged message in the store, and for numbers and messages that are there twice. */
export async function nothingIsLost(t: Test, folder: string, writers: readonly StoreWriter[]): Promise<void> {
  const acknowledged = writers.flatMap(({ stored }) => stored);
  const store = await storeIn(t, folder);
  for (const number of [1, 2]) {
    const told = acknowledged.filter(({ mailbox }) => mailbox === number);
    const found = await store.fetch(mailbox(number), { ...all, limit: 1e9 });
    const texts = new Map(found.map(({ seq, payload }) => [Number(seq), Buffer.from(payload).toString()]));
    const lost = told.filter(({ seq, text }) => texts.get(seq) !== text);
    t.ok(told.length > 0, `${told.length} acknowledged in mailbox ${number}, ${lost.length} lost`);
    t.strictSame(lost, []);
    t.equal(new Set(told.map(({ seq }) => seq)).size, told.length, 'no number was given twice');
    t.equal(new Set(texts.values()).size, found.length, 'no message is there twice');
  }
}
