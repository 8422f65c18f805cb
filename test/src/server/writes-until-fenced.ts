// A process that opens a store, past the lock of its folder, and writes to it until another one takes it.

import { openLmdbStore } from '@gatehouse/server';
import type { WriterReport } from './store-writer.js';

const [folder, name, manner] = process.argv.slice(2) as [string, string, string];
const mailboxes = [1, 2].map((byte) => ({ recipientKey: Buffer.alloc(32, byte), channelId: Buffer.alloc(16, byte) }));
const limit = { messages: 1e9, bytes: 1e12 };

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
  const seqs = await store.assignSeqs(mailboxes);
  const texts = seqs.map(() => `${name} ${written++}`);
  const settlements = seqs.map((seq, i) => {
    const message = { payload: Buffer.from(texts[i]!), storedAt: Date.now(), expiresAt: 2 ** 45 };
    return { mailbox: mailboxes[i]!, seq, message };
  });
  await store.commit(settlements, limit);
  report({ stored: seqs.map((seq, i) => ({ mailbox: i + 1, seq: Number(seq), text: texts[i]! })) });
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
