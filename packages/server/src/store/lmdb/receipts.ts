// The receipts of the embedded store for messages that may be sent again, so that a retry is recognised.

import type { Database, RootDatabase } from 'lmdb';
import type { Receipt } from '../store.js';
import { LmdbExpiries } from './expiries.js';
import { recordDamage } from './failure.js';
import type { Transaction } from './transaction.js';

// ┌─────────────┬───────────────────┬─────────────┐
// │ seq (8, BE) │ expiresAt (8, BE) │ fingerprint │
// └─────────────┴───────────────────┴─────────────┘
const expiresAtAt = 8;
const fingerprintAt = 16;

export class LmdbReceipts {
  readonly #receipts: Database<Buffer, Buffer>;
  readonly #expiries: LmdbExpiries;

  constructor(root: RootDatabase) {
    this.#receipts = root.openDB('receipts', { encoding: 'binary', keyEncoding: 'binary' });
    this.#expiries = new LmdbExpiries(root, 'receipt-expiries');
  }

  get(id: Uint8Array, now: number): Receipt | undefined {
    const record = this.#receipts.get(Buffer.from(id));
    if (record === undefined || expiryOf(record) <= now) return undefined;
    if (record.length === fingerprintAt) throw recordDamage('a receipt has no fingerprint');
    return { seq: record.readBigUInt64BE(), expiresAt: expiryOf(record), fingerprint: record.subarray(fingerprintAt) };
  }

  put(transaction: Transaction, id: Uint8Array, { seq, expiresAt, fingerprint }: Receipt): void {
    const key = Buffer.from(id);
    const record = Buffer.allocUnsafe(fingerprintAt + fingerprint.length);
    record.writeBigUInt64BE(seq);
    record.writeBigUInt64BE(BigInt(expiresAt), expiresAtAt);
    record.set(fingerprint, fingerprintAt);
    transaction.put(this.#receipts, key, record);
    this.#expiries.put(transaction, expiresAt, key);
  }

  /** Removes at most `limit`. Returns the number of entries processed. */
  removeExpired(transaction: Transaction, now: number, limit: number): number {
    const keys = this.#expiries.take(transaction, now, limit);
    for (const key of keys) {
      const record = transaction.get(this.#receipts, key);
      // A receipt that was rewritten under the same key has another index entry, which expires later.
      if (record !== undefined && (record.length < fingerprintAt || expiryOf(record) <= now))
        transaction.remove(this.#receipts, key);
    }
    return keys.length;
  }
}

/** @throws StoreError when it is not a receipt */
function expiryOf(record: Buffer): number {
  if (record.length < fingerprintAt) throw recordDamage(`a receipt of ${record.length} bytes, where its head has more`);
  return Number(record.readBigUInt64BE(expiresAtAt));
}
