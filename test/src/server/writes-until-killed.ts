// A process that fills a mailbox and says which numbers are stored, until it is killed.

import { openLmdbStore } from '@gatehouse/server';

const store = await openLmdbStore(process.argv[2]!);
const mailbox = { recipientKey: Buffer.alloc(32, 1), channelId: Buffer.alloc(16, 1) };

async function write(): Promise<void> {
  const [seq] = await store.assignSeqs([mailbox]);
  const message = { payload: Buffer.alloc(100), storedAt: Date.now(), expiresAt: Date.now() + 3_600_000 };
  await store.commit([{ mailbox, seq: seq!, message }], { messages: 1e9, bytes: 1e12 });
  process.send!(seq!.toString());
}

for (;;) await Promise.all([write(), write(), write()]);
