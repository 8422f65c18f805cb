// The mailboxes of the embedded store: the parts that let messages in, show them, acknowledge and remove them.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RootDatabase } from 'lmdb';
import { checkMessageKey, mailboxKey, mailboxOf, mailboxPart, seqOf } from '../mailbox-key.js';
import type {
  AdmittedAnswer,
  AdmittedRange,
  Admitting,
  Decide,
  FetchRange,
  Mailbox,
  MailboxLimit,
  NumberedMessage,
  Offer,
} from '../store.js';
import type { StoreClock } from '../trusted-clock.js';
import { LmdbAcknowledgements } from './acknowledgements.js';
import { LmdbAdmissions } from './admissions.js';
import { Contents } from './contents.js';
import type { GroupCommit } from './group-commit.js';
import { decodeMessage } from './message-record.js';
import { LmdbReader } from './reader.js';
import type { Transaction } from './transaction.js';

/** Entries removed in one step, limited so that they do not hold the event loop. */
const removedAtOnce = 100;
/** The longest sweep, in ms: a server that ends waits for it. The next one goes on. */
const sweepMs = 5_000;

export interface MailboxesOptions {
  readonly root: RootDatabase;
  readonly commits: GroupCommit;
  readonly clock: StoreClock;
  /** All numbers that are given are higher. */
  readonly floor: bigint;
  /** True while acknowledged and expired messages may be removed, and whole databases be read: nothing is damaged. */
  readonly mayRemove: () => boolean;
  /** Throws a StoreError while nothing may be stored. */
  readonly refuseGrowth: () => void;
  /** Called with a mailbox whose damage was met, in the background or by a message on its way in. */
  readonly noteDamage: (mailbox: Mailbox, error: unknown) => void;
}

export class LmdbMailboxes {
  readonly #commits: GroupCommit;
  readonly #clock: StoreClock;
  readonly #contents: Contents;
  readonly #admissions: LmdbAdmissions;
  readonly #acknowledgements: LmdbAcknowledgements;
  readonly #reader: LmdbReader;
  readonly #mayRemove: () => boolean;
  readonly #listeners = new Set<(mailbox: Mailbox) => void>();

  constructor({ root, commits, clock, floor, refuseGrowth, mayRemove, noteDamage }: MailboxesOptions) {
    this.#mayRemove = mayRemove;
    this.#commits = commits;
    this.#clock = clock;
    this.#contents = new Contents(root, clock, mayRemove);
    this.#admissions = new LmdbAdmissions({
      root,
      contents: this.#contents,
      commits,
      floor,
      refuseGrowth,
      announce: (mailbox) => this.#announce(mailbox),
      noteDamage,
    });
    this.#acknowledgements = new LmdbAcknowledgements({
      root,
      contents: this.#contents,
      commits,
      mayRemove,
      noteDamage,
    });
    this.#reader = new LmdbReader(this.#contents);
  }

  admit(batch: readonly Offer[], limit: MailboxLimit, decide: Decide): Admitting {
    return this.#admissions.admit(batch, limit, decide);
  }

  fetch(mailbox: Mailbox, range: FetchRange): Promise<readonly NumberedMessage[]> {
    return this.#reader.fetch(mailbox, range);
  }

  acknowledge(mailbox: Mailbox, upTo: bigint): Promise<number> {
    return this.#acknowledgements.acknowledge(mailbox, upTo);
  }

  cursor(mailbox: Mailbox): bigint {
    return this.#contents.mailboxes.onDisk(mailboxKey(mailbox)).cursor;
  }

  admittedWithout(range: AdmittedRange): AdmittedAnswer {
    const { found, next } = this.#contents.admitted.find(range);
    const messages = found.flatMap(({ key, admittedWithout }) => {
      checkMessageKey(key);
      const record = this.#contents.messages.get(key);
      if (record === undefined || seqOf(key) <= this.#contents.mailboxes.onDisk(mailboxPart(key)).cursor) return [];
      const { storedAt } = decodeMessage(key, record);
      return [{ mailbox: mailboxOf(key), seq: seqOf(key), storedAt, admittedWithout }];
    });
    return { messages, ...(next !== undefined && { next }) };
  }

  async removeExpired(): Promise<number> {
    // Goes on with what a failed write has left.
    this.#acknowledgements.removeInBackground();
    const end = performance.now() + sweepMs;
    let removed = 0;
    while (this.#mayRemove() && performance.now() < end) {
      const some = await this.#commits.write(
        (transaction) =>
          this.#expire(transaction) +
          this.#admissions.receipts.removeExpired(transaction, this.#clock.removableBy(), removedAtOnce),
      );
      removed += some;
      if (some === 0) break;
      await nextTurn();
    }
    this.#contents.expired.forget();
    return removed;
  }

  subscribe(listener: (mailbox: Mailbox) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): Promise<void> {
    return this.#acknowledgements.close();
  }

  /** Removes the first messages that have expired. Returns the number of entries processed. */
  #expire(transaction: Transaction): number {
    const keys = this.#contents.expiries.take(transaction, this.#clock.removableBy(), removedAtOnce);
    for (const key of keys) this.#contents.removeIfSound(transaction, key);
    return keys.length;
  }

  #announce(mailbox: Mailbox): void {
    for (const listener of this.#listeners) listener(mailbox);
  }
}
