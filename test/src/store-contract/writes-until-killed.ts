// A process that commits pairs of messages, one for each of two mailboxes, and reports how many, until it is killed.

import { openers, type StoreName } from './openers.js';
import { mailbox, messageOf, noLimit, receiptOf } from './small-messages.js';

const [name, folder] = process.argv.slice(2) as [StoreName, string];
const store = await openers[name](folder, () => 1_000);
const pair = [mailbox(1), mailbox(2)];
let begun = 0;
let answered = 0;

async function write(): Promise<void> {
  const text = `${begun++}`;
  const seqs = await store.assignSeqs(pair);
  const settlements = pair.map((to, i) => ({
    mailbox: to,
    seq: seqs[i]!,
    message: messageOf(text),
    receipt: receiptOf(`${i} ${text}`),
  }));
  await store.commit(settlements, noLimit);
  process.send!(++answered);
}

async function writeOn(): Promise<never> {
  for (;;) await write();
}

await Promise.all([writeOn(), writeOn(), writeOn()]);
