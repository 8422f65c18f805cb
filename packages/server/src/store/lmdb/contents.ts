// What the mailboxes of the embedded store contain: messages, what each mailbox holds, and the indexes that go with
// them. Every change keeps them in step.

import { invariant } from '@gatehouse/support/invariant';
import type { Database, RootDatabase } from 'lmdb';
import { checkMessageKey, mailboxPart, messageIn, seqOf } from '../mailbox-key.js';
import type { MailboxLimit, Message } from '../store.js';
import { StoreError } from '../store-error.js';
import type { StoreClock } from '../trusted-clock.js';
import { LmdbAdmitted } from './admitted.js';
import { ExpiredMessages } from './expired-messages.js';
import { LmdbExpiries } from './expiries.js';
import { recordDamage } from './failure.js';
import {
  acknowledged,
  checkMailbox,
  decodeMailbox,
  emptyMailbox,
  encodeMailbox,
  type MailboxRecord,
} from './mailbox-record.js';
import { decodeMessage, encodeMessage } from './message-record.js';
import type { Transaction } from './transaction.js';

interface ChangedMailbox {
  readonly key: Buffer;
  readonly mailbox: MailboxRecord;
}

export class Contents {
  readonly messages: Database<Buffer, Buffer>;
  readonly mailboxes: Database<Buffer, Buffer>;
  readonly admitted: LmdbAdmitted;
  readonly expiries: LmdbExpiries;
  readonly expired: ExpiredMessages;
  readonly clock: StoreClock;
  readonly #changed = new WeakMap<Transaction, Map<string, ChangedMailbox>>();

  constructor(root: RootDatabase, clock: StoreClock) {
    this.messages = root.openDB('messages', { encoding: 'binary', keyEncoding: 'binary' });
    this.mailboxes = root.openDB('mailboxes', { encoding: 'binary', keyEncoding: 'binary' });
    this.admitted = new LmdbAdmitted(root);
    this.expiries = new LmdbExpiries(root, 'expiries');
    this.expired = new ExpiredMessages(this.expiries);
    this.clock = clock;
  }

  /** Returns what is on disk of a mailbox, or what a transaction has made of it. */
  mailbox(key: Buffer, transaction?: Transaction): MailboxRecord {
    const changed = transaction && this.#changed.get(transaction)?.get(key.toString('latin1'));
    if (changed) return changed.mailbox;
    const record = this.mailboxes.get(key);
    return record === undefined ? emptyMailbox : decodeMailbox(key, record);
  }

  /** Encoded at the end of the transaction: many messages of one often go to the same mailbox. */
  put(transaction: Transaction, key: Buffer, mailbox: MailboxRecord): void {
    checkMailbox(mailbox);
    let changed = this.#changed.get(transaction);
    if (changed === undefined) {
      changed = new Map();
      this.#changed.set(transaction, changed);
      transaction.atEnd(() => this.#putChanged(transaction));
    }
    changed.set(key.toString('latin1'), { key, mailbox });
  }

  #putChanged(transaction: Transaction): void {
    for (const { key, mailbox } of this.#changed.get(transaction)!.values())
      transaction.put(this.mailboxes, key, encodeMailbox(key, mailbox));
  }

  /** Marks a number as used, without a message. */
  use(transaction: Transaction, key: Buffer, seq: bigint): void {
    this.put(transaction, key, { ...this.#before(transaction, key, seq), last: seq });
  }

  /** Adds a message under a number, which it uses. */
  add(transaction: Transaction, key: Buffer, seq: bigint, message: Message): void {
    const { payload, expiresAt, admittedWithout } = message;
    const before = this.#before(transaction, key, seq);
    const [added, messages, bytes] = [before.added + 1, before.messages + 1, before.bytes + payload.length];
    const own = messageIn(key, seq);
    transaction.put(this.messages, own, encodeMessage(own, message, added));
    this.expiries.put(transaction, expiresAt, own);
    this.expired.noteStored(expiresAt);
    if (admittedWithout) this.admitted.put(transaction, own, admittedWithout);
    this.put(transaction, key, { ...before, last: seq, added, messages, bytes });
  }

  #before(transaction: Transaction, key: Buffer, seq: bigint): MailboxRecord {
    const before = this.mailbox(key, transaction);
    // Any other number would overwrite a message, or come before one that was already fetched.
    invariant(seq > before.last, 'numbers are committed in the order in which they were given, each once');
    return before;
  }

  /** False only if a message of so many bytes certainly has no room. */
  mayHaveRoom(found: MailboxRecord, bytes: number, limit: MailboxLimit): boolean {
    return fitsIn(found, bytes, limit) || acknowledged(found) > 0 || this.expiries.hasBy(this.clock.removableBy());
  }

  /**
   * True if there is room, if necessary after removing as many acknowledged and expired messages of the mailbox as it
   * takes.
   */
  makeRoom(transaction: Transaction, key: Buffer, bytes: number, limit: MailboxLimit): boolean {
    const fits = () => fitsIn(this.mailbox(key, transaction), bytes, limit);
    if (fits()) return true;
    for (const message of this.#removable(transaction, key)) {
      this.removeIfSound(transaction, message);
      if (fits()) return true;
    }
    return false;
  }

  *#removable(transaction: Transaction, key: Buffer): Iterable<Buffer> {
    const found = this.mailbox(key, transaction);
    if (acknowledged(found) > 0) yield* this.keysUpTo(key, found.cursor);
    yield* this.expired.of(key, this.clock.removableBy());
  }

  /** Returns the keys of the messages of a mailbox on disk up to and with a number. */
  keysUpTo(key: Buffer, seq: bigint, limit?: number): Iterable<Buffer> {
    const range = { start: messageIn(key, 0n), end: messageIn(key, seq), inclusiveEnd: true };
    return this.messages.getKeys(limit === undefined ? range : { ...range, limit });
  }

  /**
   * Removes a message unless it is damaged: a damaged one stays for its reader to see, and blocks no other removal.
   * Returns whether it did.
   */
  removeIfSound(transaction: Transaction, key: Buffer): boolean {
    try {
      return this.remove(transaction, key);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      return false;
    }
  }

  /** Returns false if it is already gone. Checks everything before any change. @throws StoreError of damage */
  remove(transaction: Transaction, key: Buffer): boolean {
    checkMessageKey(key);
    const record = transaction.get(this.messages, key);
    if (record === undefined) return false;
    const { expiresAt, admittedWithout, payload, ordinal } = decodeMessage(key, record);
    const of = mailboxPart(key);
    const before = this.mailbox(of, transaction);
    const [messages, bytes] = [before.messages - 1, before.bytes - payload.length];
    if (messages < 0 || bytes < 0) throw recordDamage('a mailbox holds less than its messages');
    const isPassed = seqOf(key) <= before.cursor;
    if (isPassed && acknowledged(before) === 0) throw recordDamage('a mailbox holds more messages than it says');
    transaction.remove(this.messages, key);
    this.expiries.remove(transaction, expiresAt, key);
    if (admittedWithout) this.admitted.remove(transaction, key);
    const rest = { ...before, messages, bytes };
    this.put(transaction, of, isPassed ? rest : withoutUnpassed(rest, ordinal));
    return true;
  }
}

/** Counts a message that is not acknowledged as removed. */
function withoutUnpassed(mailbox: MailboxRecord, ordinal: number | undefined): MailboxRecord {
  const isNext = ordinal === mailbox.passed + 1;
  const { passed, holes } = mailbox;
  return settled({ ...mailbox, ...(isNext ? { passed: passed + 1 } : { holes: holes + 1 }) });
}

/** Forgets the holes of a mailbox in which there is nothing between them any more. */
export function settled(mailbox: MailboxRecord): MailboxRecord {
  const isOver = mailbox.added === mailbox.passed + mailbox.holes;
  return isOver ? { ...mailbox, passed: mailbox.added, holes: 0 } : mailbox;
}

function fitsIn({ messages, bytes }: MailboxRecord, more: number, limit: MailboxLimit): boolean {
  return messages < limit.messages && bytes + more <= limit.bytes;
}
