// A process that opens a store, past the lock of its folder, and writes to it until another one takes it.

import { openLmdbStore } from '@gatehouse/server';
import { admitAll, offerOf } from '../support/admit-all.js';
import type { WriterReport } from './store-writer.js';

const [folder, name, manner] = process.argv.slice(2) as [string, string, string];
const mailboxes = [1, 2].map((byte) => ({ recipientKey: Buffer.alloc(32, byte), channelId: Buffer.alloc(16, byte) }));

function report(what: WriterReport): void {
  process.send!(what);
}

const store = await openLmdbStore(folder, {
  takeOver: manner.includes('takes over'),
  onWait: (waits) => report({ waits }),
}).catch((error) => {
  process.send!({ refused: error.message }, () => process.exit());
  return new Promise<never>(() => {});
});
report({ opened: true });

let written = 0;
async function write(): Promise<void> {
  const texts = mailboxes.map(() => `${name} ${written++}`);
  const outcomes = await admitAll(
    store,
    mailboxes.map((mailbox, i) => offerOf(mailbox, texts[i]!)),
  );
  const seqs = outcomes.map((one) => (one.outcome === 'stored' ? Number(one.seq) : Number.NaN));
  report({ stored: seqs.map((seq, i) => ({ mailbox: i + 1, seq, text: texts[i]! })) });
}

async function writeOn(): Promise<void> {
  for (;;) await write();
}

// Keeps an idle one running.
process.channel!.ref();
if (!manner.includes('idle')) {
  const failures = await Promise.allSettled([writeOn(), writeOn(), writeOn()]);
  for (const { reason } of failures as PromiseRejectedResult[]) {
    if (reason.failure !== 'fenced') throw reason;
  }
}
report({ fenced: (await store.fenced).message });
await store.close();
process.disconnect();
