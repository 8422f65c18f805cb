// The records of the mailboxes in the embedded store: as they are on disk, and as a transaction has changed them.

import { BoundedMap } from '@gatehouse/support/bounded-map';
import type { Database, RootDatabase } from 'lmdb';
import { mailboxesFrom, mailboxesTo, ownerIn } from '../mailbox-key.js';
import { isDamage } from './failure.js';
import { checkMailbox, decodeMailbox, emptyMailbox, encodeMailbox, type MailboxRecord } from './mailbox-record.js';
import { OwnerBytes } from './owner-bytes.js';
import type { Transaction } from './transaction.js';

/** About 3 MB. */
const knownMost = 10_000;

interface Changed {
  readonly key: Buffer;
  readonly mailbox: MailboxRecord;
}

export class MailboxTable {
  readonly #records: Database<Buffer, Buffer>;
  /**
   * The records that were written last, by the key of the mailbox as a string. Only this server writes, so that what it
   * wrote last is what is on disk.
   */
  readonly #known = new BoundedMap<string, MailboxRecord>(knownMost);
  /** Bytes of all mailboxes of each recipient. */
  readonly owners = new OwnerBytes((owner) => this.#bytesOf(owner));
  readonly #changed = new WeakMap<Transaction, Map<string, Changed>>();

  readonly #maySum: () => boolean;

  /** `maySum`: false while a part of the records is damaged: LMDB ends the process where it meets some damage. */
  constructor(root: RootDatabase, maySum: () => boolean) {
    this.#maySum = maySum;
    this.#records = root.openDB('mailboxes', { encoding: 'binary', keyEncoding: 'binary' });
  }

  /** Returns what is on disk of a mailbox, of the same moment as messages that are read with it. */
  onDisk(key: Buffer): MailboxRecord {
    const record = this.#records.get(key);
    return record === undefined ? emptyMailbox : decodeMailbox(key, record);
  }

  /** Returns what is on disk of a mailbox, or was a moment ago. `name`: its key, as a string. */
  known(key: Buffer, name: string): MailboxRecord {
    return this.#known.get(name) ?? this.onDisk(key);
  }

  /** Returns what a transaction has made of a mailbox. */
  in(transaction: Transaction, key: Buffer): MailboxRecord {
    const name = key.toString('latin1');
    return this.#changed.get(transaction)?.get(name)?.mailbox ?? this.known(key, name);
  }

  /** Encoded at the end of the transaction: many messages of one often go to the same mailbox. */
  put(transaction: Transaction, key: Buffer, mailbox: MailboxRecord): void {
    checkMailbox(mailbox);
    const bytes = mailbox.bytes - this.in(transaction, key).bytes;
    if (bytes !== 0) this.owners.change(transaction, ownerIn(key), bytes);
    this.#changedIn(transaction).set(key.toString('latin1'), { key, mailbox });
  }

  /** A damaged record counts as nothing: it is refused where it is met, and keeps no other mailbox from its use. */
  #bytesOf(owner: string): number {
    if (!this.#maySum()) return 0;
    const [from, to] = [mailboxesFrom(owner), mailboxesTo(owner)];
    let sum = 0;
    for (const key of this.#records.getKeys({ start: from, end: to, inclusiveEnd: true })) {
      try {
        sum += this.known(key, key.toString('latin1')).bytes;
      } catch (error) {
        if (!isDamage(error)) throw error;
      }
    }
    return sum;
  }

  #changedIn(transaction: Transaction): Map<string, Changed> {
    const found = this.#changed.get(transaction);
    if (found) return found;
    const changed = new Map<string, Changed>();
    this.#changed.set(transaction, changed);
    transaction.atEnd(() => {
      for (const { key, mailbox } of changed.values()) transaction.add(this.#records, key, encodeMailbox(key, mailbox));
    });
    transaction.whenEnded((areOnDisk) => {
      for (const [name, { mailbox }] of changed) {
        if (areOnDisk) this.#known.set(name, mailbox);
        else this.#known.delete(name);
      }
    });
    return changed;
  }
}
