// A process that stores pairs of messages, one for each of two mailboxes, and reports how many, until it is killed.

import { openers, type StoreName } from './openers.js';
import { admit, mailbox, retriable } from './small-messages.js';

const [name, folder] = process.argv.slice(2) as [StoreName, string];
const store = await openers[name](folder, () => 1_000);
let begun = 0;
let answered = 0;

async function write(): Promise<void> {
  const text = `${begun++}`;
  await admit(store, [retriable(mailbox(1), text), retriable(mailbox(2), text)]);
  process.send!(++answered);
}

async function writeOn(): Promise<never> {
  for (;;) await write();
}

await Promise.all([writeOn(), writeOn(), writeOn()]);
