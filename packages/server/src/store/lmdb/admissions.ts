// Lets batches of messages into the embedded store: finds those that are known or have no room, numbers the others, has
// them decided, and stores what is let in. Nothing is locked while they are decided.

import { invariant } from '@gatehouse/support/invariant';
import type { RootDatabase } from 'lmdb';
import { mailboxKey } from '../mailbox-key.js';
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
import type { Contents } from './contents.js';
import type { GroupCommit } from './group-commit.js';
import { OpenNumbers } from './open-numbers.js';
import type { Receipt, Retryable } from './receipt.js';
import { LmdbReceipts, receiptKey } from './receipts.js';
import type { Transaction } from './transaction.js';

/** A message that has a number, and the promise of its outcome. */
interface Entry {
  readonly offer: Offer;
  readonly mailboxKey: Buffer;
  readonly mailboxName: string;
  readonly seq: bigint;
  readonly retry: OpenRetry | undefined;
  readonly answer: Answer;
}

/** The key of a message that can be sent again, while the message is on its way. */
interface OpenRetry {
  readonly key: Buffer;
  readonly name: string;
  /** Another message on its way had the key first, and may be stored before this one. */
  readonly isSecond: boolean;
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
const done = Promise.resolve();

export class LmdbAdmissions {
  readonly receipts: LmdbReceipts;
  readonly #contents: Contents;
  readonly #commits: GroupCommit;
  readonly #announce: (mailbox: Mailbox) => void;
  readonly #numbers: OpenNumbers;
  readonly #openRetries = new Map<string, number>();
  /** The turn of the latest batch that is still being decided: batches are written in the order of the calls. */
  #turn: Promise<void> | undefined;

  /** `floor`: all numbers that are given are higher. */
  constructor(
    root: RootDatabase,
    contents: Contents,
    commits: GroupCommit,
    floor: bigint,
    announce: (mailbox: Mailbox) => void,
  ) {
    this.#numbers = new OpenNumbers(floor);
    this.receipts = new LmdbReceipts(root);
    this.#contents = contents;
    this.#commits = commits;
    this.#announce = announce;
  }

  admit(batch: readonly Offer[], limit: MailboxLimit, decide: Decide): Admitting {
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
          reject(error);
        }
      });
    });
    const decided = entries.length === 0 ? done : this.#decide(entries, asked, limit, decide);
    return { decided, outcomes };
  }

  /** Returns an outcome that is certain already, or numbers the message. @throws StoreError when it cannot be read */
  #enter(offer: Offer, limit: MailboxLimit, answer: Answer): Entry | Outcome {
    const key = mailboxKey(offer.mailbox);
    const retry = isRetryable(offer) ? receiptKey(key, offer) : undefined;
    const known = retry && this.#known(offer as Retryable, retry, key);
    if (known) return known;
    const found = this.#contents.mailbox(key);
    if (!this.#contents.mayHaveRoom(found, offer.payload.length, limit)) return { outcome: 'full' };
    const name = key.toString('latin1');
    const seq = this.#numbers.next(name, found.last);
    return { offer, mailboxKey: key, mailboxName: name, seq, retry: retry && this.#open(retry), answer };
  }

  #known(offer: Retryable, retryKey: Buffer, mailboxKey: Buffer): Outcome | undefined {
    const receipt = this.receipts.find(retryKey) ?? this.receipts.older(mailboxKey, offer);
    return receipt && outcomeOf(receipt, offer, this.#contents.clock.now());
  }

  #open(key: Buffer): OpenRetry {
    const name = key.toString('latin1');
    const count = this.#openRetries.get(name) ?? 0;
    this.#openRetries.set(name, count + 1);
    return { key, name, isSecond: count > 0 };
  }

  #close({ retry }: Entry): void {
    if (retry === undefined) return;
    const count = this.#openRetries.get(retry.name)!;
    if (count > 1) this.#openRetries.set(retry.name, count - 1);
    else this.#openRetries.delete(retry.name);
  }

  #decide(entries: readonly Entry[], asked: readonly Numbered[], limit: MailboxLimit, decide: Decide): Promise<void> {
    let decided: Decided | Promise<Decided>;
    try {
      decided = decide(asked);
    } catch (error) {
      decided = Promise.reject(error);
    }
    if (this.#turn === undefined && !(decided instanceof Promise)) {
      this.#settle(entries, decided, limit);
      return done;
    }
    const turn = this.#inTurn(this.#turn, entries, decided, limit).then(() => {
      if (this.#turn === turn) this.#turn = undefined;
    });
    this.#turn = turn;
    return turn;
  }

  /** Never rejects. */
  async #inTurn(
    before: Promise<void> | undefined,
    entries: readonly Entry[],
    decided: Decided | Promise<Decided>,
    limit: MailboxLimit,
  ): Promise<void> {
    const [outcome] = await Promise.allSettled([decided, before]);
    if (outcome.status === 'fulfilled') this.#settle(entries, outcome.value, limit);
    else this.#abandon(entries, outcome.reason, limit);
  }

  /** Stores nothing of a batch that nobody decided: it is neither let in nor refused. Its numbers are used up. */
  #abandon(entries: readonly Entry[], error: unknown, limit: MailboxLimit): void {
    for (const { answer } of entries) answer.reject(error);
    this.#settle(entries, { verdicts: entries.map(() => refusal) }, limit);
  }

  #settle(entries: readonly Entry[], decided: Decided, limit: MailboxLimit): void {
    if (decided.verdicts.length !== entries.length) {
      const error = new Error(`there are ${decided.verdicts.length} verdicts for ${entries.length} messages`);
      this.#abandon(entries, error, limit);
      return;
    }
    const { verdicts, revision } = decided;
    const write = this.#commits.write((transaction) => {
      const writing: Writing = { transaction, limit, revision, now: this.#contents.clock.now(), receipts: [] };
      const outcomes = entries.map((entry, i) => this.#place(writing, entry, verdicts[i]!));
      this.receipts.expire(transaction, writing.receipts);
      return outcomes;
    }, entries.length);
    write.then(
      (outcomes) => this.#written(entries, outcomes),
      (error) => {
        for (const entry of entries) {
          this.#close(entry);
          entry.answer.reject(error);
        }
      },
    );
  }

  #written(entries: readonly Entry[], outcomes: readonly Outcome[]): void {
    invariant(outcomes.length === entries.length, 'each message of a batch has an outcome');
    for (const entry of entries) {
      this.#numbers.committed(entry.mailboxName);
      this.#close(entry);
    }
    for (const [i, { offer, answer }] of entries.entries()) {
      if (outcomes[i]!.outcome === 'stored') this.#announce(offer.mailbox);
      answer.resolve(outcomes[i]!);
    }
  }

  #place(writing: Writing, entry: Entry, verdict: Verdict): Outcome {
    const { transaction, now, receipts } = writing;
    const { offer, mailboxKey, seq, retry } = entry;
    if (!verdict.admit) {
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
  #foundLate({ transaction, limit, now }: Writing, { offer, mailboxKey, retry }: Entry): Outcome | undefined {
    const receipt = retry?.isSecond ? this.receipts.find(retry.key, transaction) : undefined;
    const known = receipt && outcomeOf(receipt, offer as Retryable, now);
    if (known) return known;
    const hasRoom = this.#contents.makeRoom(transaction, mailboxKey, offer.payload.length, limit);
    return hasRoom ? undefined : { outcome: 'full' };
  }
}

/** Returns what becomes of a message whose key has a receipt; undefined when that has expired. */
function outcomeOf(receipt: Receipt, { retry }: Retryable, now: number): Outcome | undefined {
  if (receipt.expiresAt <= now) return undefined;
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

function isRetryable(offer: Offer): offer is Offer & Retryable {
  return offer.retry !== undefined;
}
