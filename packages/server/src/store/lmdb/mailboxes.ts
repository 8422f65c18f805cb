// The mailboxes of the embedded store: numbers, messages, limits, and listeners for new messages.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { invariant } from '@gatehouse/support/invariant';
import type { Database, RootDatabase } from 'lmdb';
import { checkMessageKey, mailboxKey, mailboxOf, messageKey, seqOf } from '../mailbox-key.js';
import type {
  AdmittedAnswer,
  AdmittedRange,
  FetchRange,
  Mailbox,
  MailboxLimit,
  Message,
  NumberedMessage,
  Receipt,
  Settled,
  Settlement,
} from '../store.js';
import { StoreError } from '../store-error.js';
import type { StoreClock } from '../trusted-clock.js';
import { LmdbAdmitted } from './admitted.js';
import { ExpiredMessages } from './expired-messages.js';
import { LmdbExpiries } from './expiries.js';
import { recordDamage } from './failure.js';
import type { GroupCommit } from './group-commit.js';
import { decodeMailbox, emptyMailbox, encodeMailbox, type MailboxRecord } from './mailbox-record.js';
import { decodeMessage, encodeMessage } from './message-record.js';
import { OpenNumbers } from './open-numbers.js';
import { LmdbReceipts } from './receipts.js';
import type { Transaction } from './transaction.js';

const u64Max = 0xffff_ffff_ffff_ffffn;
/** Messages removed in one step, limited so that they do not block the event loop. */
const removedAtOnce = 100;

export class LmdbMailboxes {
  readonly #commits: GroupCommit;
  readonly #clock: StoreClock;
  readonly #messages: Database<Buffer, Buffer>;
  readonly #mailboxes: Database<Buffer, Buffer>;
  readonly #admitted: LmdbAdmitted;
  readonly #expiries: LmdbExpiries;
  readonly #receipts: LmdbReceipts;
  readonly #numbers: OpenNumbers;
  readonly #listeners = new Set<(mailbox: Mailbox) => void>();
  readonly #expired: ExpiredMessages;

  constructor(root: RootDatabase, commits: GroupCommit, clock: StoreClock, floor: bigint) {
    this.#commits = commits;
    this.#clock = clock;
    this.#messages = root.openDB('messages', { encoding: 'binary', keyEncoding: 'binary' });
    this.#mailboxes = root.openDB('mailboxes', { encoding: 'binary', keyEncoding: 'binary' });
    this.#admitted = new LmdbAdmitted(root);
    this.#expiries = new LmdbExpiries(root, 'expiries');
    this.#expired = new ExpiredMessages(this.#expiries);
    this.#receipts = new LmdbReceipts(root);
    this.#numbers = new OpenNumbers(floor, (to) => this.#mailbox(this.#mailboxes.get(mailboxKey(to))).last);
  }

  assignSeqs(mailboxes: readonly Mailbox[]): readonly bigint[] {
    return mailboxes.map((mailbox) => this.#numbers.next(mailbox));
  }

  async commit(settlements: readonly Settlement[], limit: MailboxLimit): Promise<readonly Settled[]> {
    for (const { mailbox, seq } of settlements) this.#numbers.check(mailbox, seq);
    const settled = await this.#commits.write((transaction) =>
      settlements.map((settlement) => this.#record(transaction, settlement, limit)),
    );
    // Not in a `finally`: after a failed write the numbers have to stay in memory, or they would be assigned again.
    for (const { mailbox } of settlements) this.#numbers.committed(mailbox);
    for (const [i, { mailbox }] of settlements.entries()) if (settled[i] === 'stored') this.#announce(mailbox);
    return settled;
  }

  mayHaveRoom(mailbox: Mailbox, bytes: number, limit: MailboxLimit): boolean {
    const found = this.#mailbox(this.#mailboxes.get(mailboxKey(mailbox)));
    return fitsIn(found, bytes, limit) || this.#expiries.hasBy(this.#clock.removableBy());
  }

  receipt(id: Uint8Array): Receipt | undefined {
    return this.#receipts.get(id, this.#clock.now());
  }

  fetch(mailbox: Mailbox, { after, limit, maxBytes }: FetchRange): readonly NumberedMessage[] {
    const messages: NumberedMessage[] = [];
    const now = this.#clock.now();
    let bytes = 0;
    const range = this.#messages.getRange({
      start: messageKey(mailbox, after),
      exclusiveStart: true,
      end: messageKey(mailbox, u64Max),
      inclusiveEnd: true,
    });
    for (const { key, value } of range) {
      checkMessageKey(key);
      const message = decodeMessage(value);
      if (message.expiresAt <= now) continue;
      bytes += message.payload.length;
      if (bytes > maxBytes && messages.length > 0) break;
      messages.push({ seq: seqOf(key), ...message });
      if (messages.length === limit) break;
    }
    return messages;
  }

  admittedWithout(range: AdmittedRange): AdmittedAnswer {
    const { found, next } = this.#admitted.find(range);
    const messages = found.flatMap(({ key, admittedWithout }) => {
      checkMessageKey(key);
      const record = this.#messages.get(key);
      if (record === undefined) return [];
      const { storedAt } = decodeMessage(record);
      return [{ mailbox: mailboxOf(key), seq: seqOf(key), storedAt, admittedWithout }];
    });
    return { messages, ...(next !== undefined && { next }) };
  }

  async remove(mailbox: Mailbox, upTo: bigint): Promise<number> {
    let removed = 0;
    for (;;) {
      const some = await this.#commits.write((transaction) => this.#removeSome(transaction, mailbox, upTo));
      removed += some.removed;
      if (some.isLast) return removed;
      await nextTurn();
    }
  }

  async removeExpired(): Promise<number> {
    let removed = 0;
    for (;;) {
      const some = await this.#commits.write(
        (transaction) =>
          this.#expire(transaction) +
          this.#receipts.removeExpired(transaction, this.#clock.removableBy(), removedAtOnce),
      );
      removed += some;
      if (some === 0) break;
      await nextTurn();
    }
    this.#expired.forget();
    return removed;
  }

  subscribe(listener: (mailbox: Mailbox) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #record(transaction: Transaction, { mailbox, seq, message, receipt }: Settlement, limit: MailboxLimit): Settled {
    invariant(receipt === undefined || message !== undefined, 'a receipt belongs to a message that is stored');
    const key = mailboxKey(mailbox);
    const bytes = message?.payload.length ?? 0;
    const settled = !message ? 'gap' : this.#makeRoom(transaction, key, bytes, limit) ? 'stored' : 'full';
    const before = this.#mailbox(transaction.get(this.#mailboxes, key));
    // Any other number would overwrite a message, or come before one that was already fetched.
    invariant(seq > before.last, 'numbers are committed in the order in which they were given, each once');
    if (!message || settled === 'full') {
      transaction.put(this.#mailboxes, key, encodeMailbox({ ...before, last: seq }));
      return settled;
    }
    this.#put(transaction, messageKey(mailbox, seq), message);
    if (receipt) this.#receipts.put(transaction, receipt.id, { ...receipt, seq });
    const after = { last: seq, messages: before.messages + 1, bytes: before.bytes + bytes };
    transaction.put(this.#mailboxes, key, encodeMailbox(after));
    return settled;
  }

  /** True if there is room, if necessary after removing as many expired messages of the mailbox as it takes. */
  #makeRoom(transaction: Transaction, key: Buffer, bytes: number, limit: MailboxLimit): boolean {
    const fits = () => fitsIn(this.#mailbox(transaction.get(this.#mailboxes, key)), bytes, limit);
    if (fits()) return true;
    for (const expired of this.#expired.of(key, this.#clock.removableBy())) {
      this.#removeIfSound(transaction, expired);
      if (fits()) return true;
    }
    return false;
  }

  #put(transaction: Transaction, key: Buffer, message: Message): void {
    transaction.put(this.#messages, key, encodeMessage(message));
    this.#expiries.put(transaction, message.expiresAt, key);
    this.#expired.noteStored(message.expiresAt);
    if (message.admittedWithout) this.#admitted.put(transaction, key, message.admittedWithout);
  }

  /** Removes the first messages up to a number, as many as may be removed at once. */
  #removeSome(transaction: Transaction, mailbox: Mailbox, upTo: bigint): { removed: number; isLast: boolean } {
    const range = { start: messageKey(mailbox, 0n), end: messageKey(mailbox, upTo), inclusiveEnd: true };
    const keys = [...this.#messages.getKeys({ ...range, limit: removedAtOnce })];
    const removed = keys.filter((key) => this.#removeOne(transaction, key)).length;
    return { removed, isLast: keys.length < removedAtOnce };
  }

  /** Removes the first messages that have expired. Returns the number of entries processed. */
  #expire(transaction: Transaction): number {
    const keys = this.#expiries.take(transaction, this.#clock.removableBy(), removedAtOnce);
    for (const key of keys) this.#removeIfSound(transaction, key);
    return keys.length;
  }

  /** Removes a message unless it is damaged. A damaged one stays for its reader to see, and blocks no other removal. */
  #removeIfSound(transaction: Transaction, key: Buffer): void {
    try {
      this.#removeOne(transaction, key);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
    }
  }

  /** Returns false if it is already gone. Checks everything before any change. @throws StoreError of damage */
  #removeOne(transaction: Transaction, key: Buffer): boolean {
    checkMessageKey(key);
    const record = transaction.get(this.#messages, key);
    if (record === undefined) return false;
    const { expiresAt, admittedWithout, payload } = decodeMessage(record);
    const of = mailboxKey(mailboxOf(key));
    const { last, messages, bytes } = this.#mailbox(transaction.get(this.#mailboxes, of));
    if (messages < 1 || bytes < payload.length) throw recordDamage('a mailbox holds less than its messages');
    transaction.remove(this.#messages, key);
    this.#expiries.remove(transaction, expiresAt, key);
    if (admittedWithout) this.#admitted.remove(transaction, key);
    const after = { last, messages: messages - 1, bytes: bytes - payload.length };
    transaction.put(this.#mailboxes, of, encodeMailbox(after));
    return true;
  }

  #mailbox(record: Buffer | undefined): MailboxRecord {
    return record === undefined ? emptyMailbox : decodeMailbox(record);
  }

  #announce(mailbox: Mailbox): void {
    for (const listener of this.#listeners) listener(mailbox);
  }
}

function fitsIn({ messages, bytes }: MailboxRecord, more: number, limit: MailboxLimit): boolean {
  return messages < limit.messages && bytes + more <= limit.bytes;
}
