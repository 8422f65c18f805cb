// The receipts of the embedded store for messages that may be sent again, so that a retry is recognised.

import { invariant } from '@gatehouse/support/invariant';
import type { Database, RootDatabase } from 'lmdb';
import { checksumLength, seal, unsealed } from './checksum.js';
import { recordDamage } from './failure.js';
import { OlderReceipts } from './older-receipts.js';
import { expiryOf, type Receipt, type Retryable, removeExpiredReceipts } from './receipt.js';
import { ReceiptExpiries } from './receipt-expiries.js';
import type { Transaction } from './transaction.js';

// Key: the mailbox, whether the sender is known (1), the sender (32) if so, and the key of the client, so that the receipts
// of a mailbox lie side by side.
//
// ┌─────────────┬───────────────────┬──────────────────┬──────────────────┐
// │ seq (8, BE) │ expiresAt (8, BE) │ fingerprint (32) │ checksum (4, BE) │
// └─────────────┴───────────────────┴──────────────────┴──────────────────┘
const expiresAtAt = 8;
const fingerprintAt = 16;
const fingerprintLength = 32;
const length = fingerprintAt + fingerprintLength + checksumLength;
const keyMax = 128;
const sealedSender = 0;
const knownSender = 1;

export class LmdbReceipts {
  readonly #receipts: Database<Buffer, Buffer>;
  readonly #expiries: ReceiptExpiries;
  readonly #older: OlderReceipts;

  constructor(root: RootDatabase) {
    this.#receipts = root.openDB('retries', { encoding: 'binary', keyEncoding: 'binary' });
    this.#expiries = new ReceiptExpiries(root);
    this.#older = new OlderReceipts(root);
  }

  /** Returns what an earlier version left under the key of a client; undefined when there is none. It may have expired. */
  older(mailboxKey: Buffer, message: Retryable): Receipt | undefined {
    return this.#older.find(mailboxKey, message);
  }

  /** Returns undefined when there is none. It may have expired. */
  find(key: Buffer, transaction?: Transaction): Receipt | undefined {
    const record = transaction ? transaction.get(this.#receipts, key) : this.#receipts.get(key);
    return record && decodeReceipt(key, record);
  }

  put(transaction: Transaction, key: Buffer, { seq, fingerprint, expiresAt }: Receipt): void {
    invariant(fingerprint.length === fingerprintLength, 'a fingerprint has 32 bytes');
    const record = Buffer.allocUnsafe(length);
    record.writeBigUInt64BE(seq);
    record.writeBigUInt64BE(BigInt(expiresAt), expiresAtAt);
    record.set(fingerprint, fingerprintAt);
    transaction.put(this.#receipts, key, seal(key, record));
  }

  /** Has receipts that were put together expire at their times. */
  expire(transaction: Transaction, keys: readonly (readonly [expiresAt: number, key: Buffer])[]): void {
    this.#expiries.put(transaction, keys);
  }

  /** Removes about `limit`. Returns the number of entries processed. */
  removeExpired(transaction: Transaction, now: number, limit: number): number {
    const keys = this.#expiries.take(transaction, now, limit);
    removeExpiredReceipts(transaction, this.#receipts, keys, now);
    return keys.length + this.#older.removeExpired(transaction, now, limit);
  }
}

export function receiptKey(mailboxKey: Buffer, { senderIdentity, retry }: Retryable): Buffer {
  invariant(retry.key.length <= keyMax, 'the key of a retry has 128 bytes at most');
  const keyAt = mailboxKey.length + 1 + (senderIdentity?.length ?? 0);
  const key = Buffer.allocUnsafe(keyAt + retry.key.length);
  key.set(mailboxKey);
  key[mailboxKey.length] = senderIdentity ? knownSender : sealedSender;
  if (senderIdentity) key.set(senderIdentity, mailboxKey.length + 1);
  key.set(retry.key, keyAt);
  return key;
}

/** @throws StoreError when it is not a receipt under this key */
export function decodeReceipt(key: Buffer, record: Buffer): Receipt {
  if (record.length !== length) throw recordDamage(`a receipt of ${record.length} bytes, where it has ${length}`);
  const fingerprint = unsealed(key, record, 'a receipt').subarray(fingerprintAt);
  return { seq: record.readBigUInt64BE(), expiresAt: expiryOf(record), fingerprint };
}
