// The mailbox records that were written last, so that a busy mailbox is not read and checked again for each message.

import type { MailboxRecord } from './mailbox-record.js';

/** About 3 MB. The oldest are forgotten. */
const most = 10_000;

/** By the key of the mailbox, as a string. Only this server writes, so that what it wrote last is what is on disk. */
export class KnownMailboxes {
  readonly #records = new Map<string, MailboxRecord>();

  get(name: string): MailboxRecord | undefined {
    return this.#records.get(name);
  }

  /** What is on disk by now. */
  set(name: string, record: MailboxRecord): void {
    this.#records.delete(name);
    this.#records.set(name, record);
    if (this.#records.size <= most) return;
    const [oldest] = this.#records.keys();
    this.#records.delete(oldest!);
  }

  /** It is not known what is on disk. */
  forget(name: string): void {
    this.#records.delete(name);
  }
}
