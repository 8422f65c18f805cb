// Receipts of layout 2, which belong to the sender alone. They are found until they expire; none is written any more.

import type { Database, RootDatabase } from 'lmdb';
import { LmdbExpiries } from './expiries.js';
import { recordDamage } from './failure.js';
import { expiryOf, type Receipt, type Retryable, removeExpiredReceipts } from './receipt.js';
import type { Transaction } from './transaction.js';

// ┌─────────────┬───────────────────┬─────────────┐
// │ seq (8, BE) │ expiresAt (8, BE) │ fingerprint │
// └─────────────┴───────────────────┴─────────────┘
const fingerprintAt = 16;
const farthest = Number.MAX_SAFE_INTEGER - 1;
const ofSender = Buffer.of(0);
const ofMailbox = Buffer.of(1);

export class OlderReceipts {
  readonly #receipts: Database<Buffer, Buffer>;
  readonly #expiries: LmdbExpiries;
  /** No look-up takes time once all of them are gone. */
  #areThere: boolean;

  constructor(root: RootDatabase) {
    this.#receipts = root.openDB('receipts', { encoding: 'binary', keyEncoding: 'binary' });
    this.#expiries = new LmdbExpiries(root, 'receipt-expiries');
    this.#areThere = this.#expiries.hasBy(farthest);
  }

  /** Returns undefined when there is none. It may have expired. */
  find(mailboxKey: Buffer, { senderIdentity, retry }: Retryable): Receipt | undefined {
    if (!this.#areThere) return undefined;
    const scope = senderIdentity ? [ofSender, senderIdentity] : [ofMailbox, mailboxKey];
    const record = this.#receipts.get(Buffer.concat([...scope, retry.key]));
    if (record === undefined) return undefined;
    if (record.length <= fingerprintAt) throw recordDamage('a receipt has no fingerprint');
    return { seq: record.readBigUInt64BE(), expiresAt: expiryOf(record), fingerprint: record.subarray(fingerprintAt) };
  }

  /** Removes at most `limit`. Returns the number of entries processed. */
  removeExpired(transaction: Transaction, now: number, limit: number): number {
    if (!this.#areThere) return 0;
    const keys = this.#expiries.take(transaction, now, limit);
    removeExpiredReceipts(transaction, this.#receipts, keys, now);
    if (keys.length === 0) this.#areThere = this.#expiries.hasBy(farthest);
    return keys.length;
  }
}
