// Acknowledgements in the embedded store: each moves the cursor of a mailbox in one small write, however many messages it
// passes. They are removed in the background, a few at a time.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database, RootDatabase } from 'lmdb';
import { mailboxKey, mailboxOf, messageIn } from '../mailbox-key.js';
import type { Mailbox } from '../store.js';
import { type Contents, settled } from './contents.js';
import { isDamage, recordDamage } from './failure.js';
import type { GroupCommit } from './group-commit.js';
import { type MailboxRecord, unpassed } from './mailbox-record.js';
import { decodeMessage } from './message-record.js';
import type { Transaction } from './transaction.js';

/** Messages that an acknowledgement removes itself: most pass no more, and leave nothing to do. */
const removedAtOnce = 32;
/** The most messages removed in one step in the background, and the time for which it may hold the event loop, in ms. */
const removedInStep = 1_000;
const stepMs = 2;
const mark = Buffer.of(1);

interface AcknowledgementsOptions {
  readonly root: RootDatabase;
  readonly contents: Contents;
  readonly commits: GroupCommit;
  /** True while messages may be removed in the background. */
  readonly mayRemove: () => boolean;
  /** Called with a mailbox whose damage was met there. */
  readonly noteDamage: (mailbox: Mailbox, error: unknown) => void;
}

export class LmdbAcknowledgements {
  readonly #contents: Contents;
  readonly #commits: GroupCommit;
  /** Mailboxes with acknowledged messages that are still stored → a mark. */
  readonly #removals: Database<Buffer, Buffer>;
  #removing: Promise<void> | undefined;
  readonly #mayRemove: () => boolean;
  readonly #noteDamage: (mailbox: Mailbox, error: unknown) => void;
  /** When the acknowledgements of a write have to leave the rest to the background. */
  readonly #ends = new WeakMap<Transaction, number>();
  #isClosed = false;

  constructor({ root, contents, commits, mayRemove, noteDamage }: AcknowledgementsOptions) {
    this.#mayRemove = mayRemove;
    this.#noteDamage = noteDamage;
    this.#contents = contents;
    this.#commits = commits;
    this.#removals = root.openDB('removals', { encoding: 'binary', keyEncoding: 'binary' });
    this.removeInBackground();
  }

  /** Returns how many messages the cursor passed. @throws StoreError also when fewer are there than the mailbox says */
  async acknowledge(mailbox: Mailbox, upTo: bigint): Promise<number> {
    const key = mailboxKey(mailbox);
    const passed = await this.#commits.write((transaction) => this.#move(transaction, key, upTo));
    this.removeInBackground();
    return passed;
  }

  /** Goes on with what was left, unless it is under way. A failure leaves the rest for the next call. */
  removeInBackground(): void {
    if (this.#isClosed || this.#removing) return;
    this.#removing = this.#removeAll()
      .catch(() => {})
      .finally(() => {
        this.#removing = undefined;
      });
  }

  /** Resolves when nothing is removed any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#removing;
  }

  #move(transaction: Transaction, key: Buffer, upTo: bigint): number {
    const before = this.#contents.mailboxes.in(transaction, key);
    // Numbers of this very write are on nobody's screen yet.
    const { last } = this.#contents.mailboxes.onDisk(key);
    const cursor = upTo < last ? upTo : last;
    if (cursor <= before.cursor) return 0;
    const after = settled({ ...before, cursor, ...this.#passed(transaction, key, before, cursor) });
    this.#contents.mailboxes.put(transaction, key, after);
    const isAllGone = this.#contents.removeAcknowledged(transaction, key, removedAtOnce, this.#untilEnd(transaction));
    if (!isAllGone) transaction.put(this.#removals, key, mark);
    return unpassed(before) - unpassed(after);
  }

  /** Returns the place of the last message that the cursor passes, and the holes that are left after it. */
  #passed(transaction: Transaction, key: Buffer, before: MailboxRecord, cursor: bigint) {
    const { passed, holes } = before;
    const newest = this.#newest(transaction, key, before.cursor, cursor);
    if (newest === undefined) return { passed, holes };
    const { ordinal } = newest;
    if (ordinal !== undefined && (ordinal <= passed || ordinal > before.added))
      throw recordDamage('a mailbox holds more messages than it says');
    // Without holes, the places tell how many there are. With some, or of the older form, they are counted.
    if (ordinal !== undefined && holes === 0) return { passed: ordinal, holes };
    const count = this.#count(transaction, key, before.cursor, cursor);
    if (ordinal === undefined) return { passed: passed + count, holes };
    const holesLeft = holes - (ordinal - passed - count);
    if (holesLeft < 0) throw recordDamage('a mailbox holds less than its messages');
    return { passed: ordinal, holes: holesLeft };
  }

  #newest(transaction: Transaction, key: Buffer, after: bigint, upTo: bigint) {
    const range = { start: messageIn(key, upTo), end: messageIn(key, after), reverse: true };
    for (const own of this.#contents.messages.getKeys(range)) {
      const record = transaction.get(this.#contents.messages, own);
      if (record !== undefined) return decodeMessage(own, record);
    }
    return undefined;
  }

  #count(transaction: Transaction, key: Buffer, after: bigint, upTo: bigint): number {
    const { messages } = this.#contents;
    const range = { start: messageIn(key, after + 1n), end: messageIn(key, upTo), inclusiveEnd: true };
    return messages.getKeysCount(range) - transaction.removedBetween(messages, range.start, range.end);
  }

  /** All that happens in one write takes so long together. */
  #untilEnd(transaction: Transaction): () => boolean {
    const end = this.#ends.get(transaction) ?? performance.now() + stepMs;
    this.#ends.set(transaction, end);
    return () => performance.now() < end;
  }

  async #removeAll(): Promise<void> {
    for (;;) {
      const [key] = [...this.#removals.getKeys({ limit: 1 })];
      if (key === undefined || this.#isClosed || !this.#mayRemove()) return;
      try {
        await this.#commits.write((transaction) => {
          if (this.#contents.removeAcknowledged(transaction, key, removedInStep, this.#untilEnd(transaction)))
            transaction.remove(this.#removals, key);
        });
      } catch (error) {
        if (isDamage(error)) this.#noteDamage(mailboxOf(key), error);
        throw error;
      }
      await nextTurn();
    }
  }
}
