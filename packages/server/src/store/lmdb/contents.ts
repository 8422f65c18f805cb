// What the mailboxes of the embedded store contain: messages, what each mailbox holds, and the indexes that go with
// them. Every change keeps them in step.

import { invariant } from '@gatehouse/support/invariant';
import type { Database, RootDatabase } from 'lmdb';
import { checkMessageKey, mailboxPart, messageIn, ownerIn, seqOf } from '../mailbox-key.js';
import type { MailboxLimit, Message } from '../store.js';
import { StoreError } from '../store-error.js';
import type { StoreClock } from '../trusted-clock.js';
import { LmdbAdmitted } from './admitted.js';
import { ExpiredMessages } from './expired-messages.js';
import { LmdbExpiries } from './expiries.js';
import { isDamage, recordDamage } from './failure.js';
import { acknowledged, type MailboxRecord, unpassed } from './mailbox-record.js';
import { MailboxTable } from './mailbox-table.js';
import { decodeMessage, encodeMessage, type StoredMessage } from './message-record.js';
import type { Transaction } from './transaction.js';

/** Progress of a transaction through what may be removed from a mailbox. */
interface Walk {
  readonly key: Buffer;
  /** The number of the last acknowledged message that it has removed. */
  after: bigint;
  /** The keys of its expired messages, and how many of them it has removed. */
  readonly expired: readonly Buffer[];
  at: number;
}

/** The part without room for a message: its mailbox, or all mailboxes of its recipient together. */
type Full = 'full' | 'recipient-full';

/** A transaction under way. */
interface OpenChanges {
  /** By the keys of mailboxes as strings. */
  readonly walks: Map<string, Walk>;
  /** The earliest end of a message that it adds. */
  soonest: number;
}

export class Contents {
  readonly messages: Database<Buffer, Buffer>;
  readonly mailboxes: MailboxTable;
  readonly admitted: LmdbAdmitted;
  readonly expiries: LmdbExpiries;
  readonly expired: ExpiredMessages;
  readonly clock: StoreClock;
  readonly #open = new WeakMap<Transaction, OpenChanges>();

  /** `maySum`: see MailboxTable. */
  constructor(root: RootDatabase, clock: StoreClock, maySum: () => boolean) {
    this.messages = root.openDB('messages', { encoding: 'binary', keyEncoding: 'binary' });
    this.mailboxes = new MailboxTable(root, maySum);
    this.admitted = new LmdbAdmitted(root);
    this.expiries = new LmdbExpiries(root, 'expiries');
    this.expired = new ExpiredMessages(this.expiries);
    this.clock = clock;
  }

  #openIn(transaction: Transaction): OpenChanges {
    const found = this.#open.get(transaction);
    if (found) return found;
    const open: OpenChanges = { walks: new Map(), soonest: Number.POSITIVE_INFINITY };
    this.#open.set(transaction, open);
    transaction.whenEnded((areOnDisk) => {
      if (areOnDisk) for (const { key, expired, at } of open.walks.values()) this.expired.dropFirst(key, expired, at);
      // Now that they are on disk, so that a look in between has not missed them.
      this.expired.noteStored(open.soonest);
    });
    return open;
  }

  /** Marks a number as used, without a message. */
  use(transaction: Transaction, key: Buffer, seq: bigint): void {
    this.mailboxes.put(transaction, key, { ...this.#before(transaction, key, seq), last: seq });
  }

  /** Adds a message under a number, which it uses. */
  add(transaction: Transaction, key: Buffer, seq: bigint, message: Message): void {
    const { payload, expiresAt, admittedWithout } = message;
    const before = this.#before(transaction, key, seq);
    const [added, messages, bytes] = [before.added + 1, before.messages + 1, before.bytes + payload.length];
    const own = messageIn(key, seq);
    transaction.add(this.messages, own, encodeMessage(own, message, added));
    this.expiries.put(transaction, expiresAt, own);
    const open = this.#openIn(transaction);
    open.soonest = Math.min(open.soonest, expiresAt);
    if (admittedWithout) this.admitted.put(transaction, own, admittedWithout);
    this.mailboxes.put(transaction, key, { ...before, last: seq, added, messages, bytes });
  }

  #before(transaction: Transaction, key: Buffer, seq: bigint): MailboxRecord {
    const before = this.mailboxes.in(transaction, key);
    // Any other number would overwrite a message, or come before one that was already fetched.
    invariant(seq > before.last, 'numbers are committed in the order in which they were given, each once');
    return before;
  }

  /** Returns what is full only if a message of so many bytes certainly has no room. */
  certainlyFull(key: Buffer, found: MailboxRecord, bytes: number, limit: MailboxLimit): Full | undefined {
    const full = this.#fullFor(key, found, bytes, limit);
    if (full === undefined || acknowledged(found) > 0) return undefined;
    return this.expiries.hasBy(this.clock.removableBy()) ? undefined : full;
  }

  /**
   * Makes room, if necessary by removing as many acknowledged and expired messages of the mailbox as it takes. Returns what
   * is full all the same.
   */
  makeRoom(transaction: Transaction, key: Buffer, bytes: number, limit: MailboxLimit): Full | undefined {
    const full = () => this.#fullFor(key, this.mailboxes.in(transaction, key), bytes, limit);
    let found = full();
    if (found === undefined) return undefined;
    const walk = this.#walkOf(transaction, key);
    for (const message of this.#removable(transaction, walk)) {
      this.removeIfSound(transaction, message);
      found = full();
      if (found === undefined) return undefined;
    }
    return found;
  }

  #fullFor(key: Buffer, found: MailboxRecord, more: number, limit: MailboxLimit): Full | undefined {
    if (!fitsIn(found, more, limit)) return 'full';
    const { recipientBytes } = limit;
    if (recipientBytes === undefined || this.mailboxes.owners.of(ownerIn(key)) + more <= recipientBytes)
      return undefined;
    return 'recipient-full';
  }

  #walkOf(transaction: Transaction, key: Buffer): Walk {
    const { walks } = this.#openIn(transaction);
    const name = key.toString('latin1');
    const found = walks.get(name);
    if (found) return found;
    const walk = { key, after: -1n, expired: this.expired.of(key, this.clock.removableBy()), at: 0 };
    walks.set(name, walk);
    return walk;
  }

  /** Goes on where the last walk through the mailbox in this transaction has ended. */
  *#removable(transaction: Transaction, walk: Walk): Iterable<Buffer> {
    const found = this.mailboxes.in(transaction, walk.key);
    if (acknowledged(found) > 0) {
      const range = { start: messageIn(walk.key, walk.after + 1n), end: messageIn(walk.key, found.cursor) };
      for (const key of this.messages.getKeys({ ...range, inclusiveEnd: true })) {
        checkMessageKey(key);
        walk.after = seqOf(key);
        yield key;
      }
    }
    while (walk.at < walk.expired.length) yield walk.expired[walk.at++]!;
  }

  /**
   * Removes a message unless it is damaged: a damaged one stays for its reader to see, and blocks no other removal.
   */
  removeIfSound(transaction: Transaction, key: Buffer): void {
    try {
      this.remove(transaction, key);
    } catch (error) {
      if (!isDamage(error)) throw error;
    }
  }

  /** Returns false if it is already gone. Checks everything before any change. @throws StoreError of damage */
  remove(transaction: Transaction, key: Buffer): boolean {
    checkMessageKey(key);
    const record = transaction.get(this.messages, key);
    if (record === undefined) return false;
    const message = decodeMessage(key, record);
    const of = mailboxPart(key);
    const before = this.mailboxes.in(transaction, of);
    const after = without(before, 1, message.payload.length);
    const isPassed = seqOf(key) <= before.cursor;
    if (isPassed) checkAcknowledged(before, 1);
    else if (unpassed(before) < 1) throw recordDamage('a mailbox holds more messages than it says');
    this.#drop(transaction, key, message);
    this.mailboxes.put(transaction, of, isPassed ? after : withoutUnpassed(after, message.ordinal));
    return true;
  }

  /**
   * Removes the first acknowledged messages of a mailbox, at most `limit`, for as long as `isTime`. Returns whether none is
   * left but damaged ones.
   */
  removeAcknowledged(transaction: Transaction, key: Buffer, limit: number, isTime = () => true): boolean {
    const before = this.mailboxes.in(transaction, key);
    const range = { start: messageIn(key, 0n), end: messageIn(key, before.cursor), inclusiveEnd: true, limit };
    let [looked, gone, removed, bytes] = [0, 0, 0, 0];
    for (const { key: own, value } of this.messages.getRange(range)) {
      looked += 1;
      if (transaction.removes(this.messages, own)) {
        gone += 1;
        continue;
      }
      const message = soundMessage(own, value);
      if (message === undefined) continue;
      this.#drop(transaction, own, message);
      removed += 1;
      bytes += message.payload.length;
      if (!isTime()) break;
    }
    if (removed === 0) return gone === 0 || looked < limit;
    checkAcknowledged(before, removed);
    this.mailboxes.put(transaction, key, without(before, removed, bytes));
    return looked < limit && isTime();
  }

  #drop(transaction: Transaction, key: Buffer, { expiresAt, admittedWithout }: Message): void {
    transaction.remove(this.messages, key);
    this.expiries.remove(transaction, expiresAt, key);
    if (admittedWithout) this.admitted.remove(transaction, key);
  }
}

/** Returns undefined for a damaged message, or one under a key that is none. */
function soundMessage(key: Buffer, record: Buffer): StoredMessage | undefined {
  try {
    checkMessageKey(key);
    return decodeMessage(key, record);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return undefined;
  }
}

/** @throws StoreError when a mailbox has fewer acknowledged messages than are removed */
function checkAcknowledged(mailbox: MailboxRecord, removed: number): void {
  if (acknowledged(mailbox) < removed) throw recordDamage('a mailbox holds more messages than it says');
}

/** @throws StoreError when a mailbox holds less than is removed from it */
function without(mailbox: MailboxRecord, removed: number, removedBytes: number): MailboxRecord {
  const [messages, bytes] = [mailbox.messages - removed, mailbox.bytes - removedBytes];
  if (messages < 0 || bytes < 0) throw recordDamage('a mailbox holds less than its messages');
  return { ...mailbox, messages, bytes };
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
