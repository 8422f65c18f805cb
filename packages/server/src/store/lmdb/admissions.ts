// Lets batches of messages into the embedded store: finds those that are known or have no room, numbers the others, has
// them decided, and stores what is let in. Nothing is locked while they are decided.

import { invariant } from '@gatehouse/support/invariant';
import type { RootDatabase } from 'lmdb';
import { mailboxKey, mailboxName } from '../mailbox-key.js';
import type {
  Admitting,
  Decide,
  Decided,
  Mailbox,
  MailboxLimit,
  Message,
  Numbered,
  Offer,
  Outcome,
  Verdict,
} from '../store.js';
import type { StoreClock } from '../trusted-clock.js';
import type { Contents } from './contents.js';
import { isDamage } from './failure.js';
import type { GroupCommit } from './group-commit.js';
import { OpenNumbers } from './open-numbers.js';
import { OpenRetries, type OpenRetry } from './open-retries.js';
import type { Receipt, Retryable } from './receipt.js';
import { LmdbReceipts, receiptKey } from './receipts.js';
import { RetryCounts } from './retry-counts.js';
import type { Transaction } from './transaction.js';
import { Turns } from './turns.js';

/** A message that has a number, and the promise of its outcome. */
interface Entry {
  readonly offer: Offer;
  readonly mailboxKey: Buffer;
  readonly mailboxName: string;
  readonly seq: bigint;
  readonly retry: OpenRetry | undefined;
  readonly answer: Answer;
}

interface Answer {
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

/** The write of a batch that was decided. */
interface Writing {
  readonly transaction: Transaction;
  readonly limit: MailboxLimit;
  readonly revision: number | undefined;
  readonly now: number;
  /** The receipts that were put, by the time at which they expire. */
  readonly receipts: (readonly [expiresAt: number, key: Buffer])[];
}

const refusal: Verdict = { admit: false };
const nothing = Promise.resolve();

interface AdmissionsOptions {
  readonly root: RootDatabase;
  readonly contents: Contents;
  readonly commits: GroupCommit;
  /** All numbers that are given are higher. */
  readonly floor: bigint;
  /** Throws a StoreError while nothing may be stored. */
  readonly refuseGrowth: () => void;
  /** Called with a mailbox that got a message. */
  readonly announce: (mailbox: Mailbox) => void;
  /** Called with a mailbox whose damage was met. */
  readonly noteDamage: (mailbox: Mailbox, error: unknown) => void;
}

export class LmdbAdmissions {
  readonly receipts: LmdbReceipts;
  readonly #contents: Contents;
  readonly #commits: GroupCommit;
  readonly #announce: (mailbox: Mailbox) => void;
  readonly #noteDamage: (mailbox: Mailbox, error: unknown) => void;
  readonly #numbers: OpenNumbers;
  readonly #retries = new OpenRetries();
  readonly #retryCounts = new RetryCounts();
  readonly #refuseGrowth: () => void;
  readonly #turns = new Turns();

  constructor({ root, contents, commits, floor, refuseGrowth, announce, noteDamage }: AdmissionsOptions) {
    this.#refuseGrowth = refuseGrowth;
    this.#numbers = new OpenNumbers(floor);
    this.receipts = new LmdbReceipts(root);
    this.#contents = contents;
    this.#commits = commits;
    this.#announce = announce;
    this.#noteDamage = noteDamage;
  }

  /** @throws StoreError when the disk has less room than is to be left */
  admit(batch: readonly Offer[], limit: MailboxLimit, decide: Decide): Admitting {
    this.#refuseGrowth();
    const entries: Entry[] = [];
    const asked: Numbered[] = [];
    const outcomes = batch.map((offer, index) => {
      return new Promise<Outcome>((resolve, reject) => {
        try {
          const found = this.#enter(offer, limit, { resolve, reject });
          if ('outcome' in found) return resolve(found);
          entries.push(found);
          asked.push({ index, seq: found.seq });
        } catch (error) {
          this.#failed([offer.mailbox], error);
          reject(error);
        }
      });
    });
    if (entries.length === 0) return { decided: nothing, outcomes };
    const decided = this.#turns.take<Decided>(() => decide(asked), {
      decided: (decided) => this.#settle(entries, decided, limit),
      failed: (error) => this.#abandon(entries, error, limit),
    });
    return { decided, outcomes };
  }

  /** Returns an outcome that is certain already, or numbers the message. @throws StoreError when it cannot be read */
  #enter(offer: Offer, limit: MailboxLimit, answer: Answer): Entry | Outcome {
    const key = mailboxKey(offer.mailbox);
    const retry = isRetryable(offer) ? receiptKey(key, offer) : undefined;
    const known = retry && this.#known(offer as Retryable, retry, key);
    if (known) return known;
    const name = key.toString('latin1');
    const found = this.#contents.mailboxes.known(key, name);
    const full = this.#contents.certainlyFull(key, found, offer.payload.length, limit);
    if (full !== undefined) return { outcome: full };
    if (retry && !this.#mayRemember(offer, name, limit)) return { outcome: 'too-many-retries' };
    const seq = this.#numbers.next(name, found.last);
    return { offer, mailboxKey: key, mailboxName: name, seq, retry: retry && this.#retries.open(retry), answer };
  }

  #known(offer: Retryable, retryKey: Buffer, mailboxKey: Buffer): Outcome | undefined {
    const receipt = this.receipts.find(retryKey) ?? this.receipts.older(mailboxKey, offer);
    return receipt && outcomeOf(receipt, offer, this.#contents.clock);
  }

  /** Whether another retry of the sender may be remembered. Those on their way do not count yet. */
  #mayRemember(offer: Offer, mailboxName: string, { retries = Number.POSITIVE_INFINITY }: MailboxLimit): boolean {
    return this.#retryCounts.of(senderOf(offer, mailboxName)) < retries;
  }

  /** Stores nothing of a batch that nobody decided: it is neither let in nor refused. Its numbers are used up. */
  #abandon(entries: readonly Entry[], error: unknown, limit: MailboxLimit): void {
    for (const { answer } of entries) answer.reject(error);
    this.#settle(entries, { verdicts: entries.map(() => refusal) }, limit);
  }

  #settle(entries: readonly Entry[], decided: Decided, limit: MailboxLimit): void {
    // Whatever a bug may give in their place.
    const count = decided?.verdicts?.length;
    if (count !== entries.length) {
      const error = new Error(`there are ${count} verdicts for ${entries.length} messages`);
      this.#abandon(entries, error, limit);
      return;
    }
    const { verdicts, revision } = decided;
    const write = this.#commits.write((transaction) => {
      const writing: Writing = { transaction, limit, revision, now: this.#contents.clock.storing(), receipts: [] };
      const outcomes = entries.map((entry, i) => this.#place(writing, entry, verdicts[i]!));
      this.receipts.expire(transaction, writing.receipts);
      return outcomes;
    }, entries.length);
    write
      .finally(() => this.#closeRetries(entries))
      .then((outcomes) => this.#written(entries, outcomes))
      .catch((error) => {
        this.#failed(
          entries.map(({ offer }) => offer.mailbox),
          error,
        );
        for (const { answer } of entries) answer.reject(error);
      });
  }

  /** Notes the mailbox that is damaged, if that is why. Of several, their records are read to find out. */
  #failed(mailboxes: readonly Mailbox[], error: unknown): void {
    if (!isDamage(error)) return;
    const distinct = new Map(mailboxes.map((mailbox) => [mailboxName(mailbox), mailbox]));
    for (const mailbox of distinct.values()) {
      const found = distinct.size === 1 ? error : this.#damageOf(mailbox);
      if (found !== undefined) this.#noteDamage(mailbox, found);
    }
  }

  #damageOf(mailbox: Mailbox): unknown {
    try {
      this.#contents.mailboxes.onDisk(mailboxKey(mailbox));
      return undefined;
    } catch (error) {
      return isDamage(error) ? error : undefined;
    }
  }

  #closeRetries(entries: readonly Entry[]): void {
    for (const { retry } of entries) if (retry) this.#retries.close(retry);
  }

  #written(entries: readonly Entry[], outcomes: readonly Outcome[]): void {
    invariant(outcomes.length === entries.length, 'each message of a batch has an outcome');
    for (const { mailboxName } of entries) this.#numbers.committed(mailboxName);
    for (const [i, { offer, mailboxName, answer }] of entries.entries()) {
      if (outcomes[i]!.outcome === 'stored') this.#stored(offer, mailboxName);
      answer.resolve(outcomes[i]!);
    }
  }

  #stored(offer: Offer, mailboxName: string): void {
    if (isRetryable(offer)) this.#retryCounts.add(senderOf(offer, mailboxName), offer.retry.lifeMs);
    this.#announce(offer.mailbox);
  }

  #place(writing: Writing, entry: Entry, verdict: Verdict): Outcome {
    const { transaction, now, receipts } = writing;
    const { offer, mailboxKey, seq, retry } = entry;
    if (verdict.admit !== true) {
      this.#contents.use(transaction, mailboxKey, seq);
      return { outcome: 'refused' };
    }
    const late = this.#foundLate(writing, entry);
    if (late) {
      this.#contents.use(transaction, mailboxKey, seq);
      return late;
    }
    this.#contents.add(transaction, mailboxKey, seq, messageOf(offer, verdict.admittedWithout, writing));
    if (retry !== undefined && isRetryable(offer)) {
      const expiresAt = now + offer.retry.lifeMs;
      this.receipts.put(transaction, retry.key, { seq, fingerprint: offer.retry.fingerprint, expiresAt });
      receipts.push([expiresAt, retry.key]);
    }
    return { outcome: 'stored', seq };
  }

  /** Returns what keeps a message out although it was let in: an earlier one has taken its key, or the last room. */
  #foundLate({ transaction, limit }: Writing, { offer, mailboxKey, retry }: Entry): Outcome | undefined {
    const receipt = retry?.isSecond ? this.receipts.find(retry.key, transaction) : undefined;
    const known = receipt && outcomeOf(receipt, offer as Retryable, this.#contents.clock);
    if (known) return known;
    const full = this.#contents.makeRoom(transaction, mailboxKey, offer.payload.length, limit);
    return full === undefined ? undefined : { outcome: full };
  }
}

/**
 * Returns what becomes of a message whose key has a receipt; undefined when that has expired, which a clock that jumps
 * ahead does not decide: a message that is stored twice stays so.
 */
function outcomeOf(receipt: Receipt, { retry }: Retryable, clock: StoreClock): Outcome | undefined {
  if (receipt.expiresAt <= clock.removableBy()) return undefined;
  const isSame = Buffer.compare(receipt.fingerprint, retry.fingerprint) === 0;
  return isSame ? { outcome: 'repeated', seq: receipt.seq } : { outcome: 'key-reused' };
}

function messageOf(offer: Offer, admittedWithout: readonly string[] | undefined, { now, revision }: Writing): Message {
  const { payload, senderIdentity, lifeMs } = offer;
  const optional = {
    ...(senderIdentity && { senderIdentity }),
    ...(admittedWithout && { admittedWithout }),
    ...(revision !== undefined && { revision }),
  };
  return { payload, storedAt: now, expiresAt: now + lifeMs, ...optional };
}

/** Names the sender of a message, or the mailbox if the sender is sealed: whoever the key of a retry belongs to. */
function senderOf({ senderIdentity }: Offer, mailboxName: string): string {
  return senderIdentity ? Buffer.from(senderIdentity).toString('latin1') : mailboxName;
}

function isRetryable(offer: Offer): offer is Offer & Retryable {
  return offer.retry !== undefined;
}
