// A receipt: what is kept of a message that may be sent again, in the older and in the current form.

import type { Database } from 'lmdb';
import type { Offer, RetryKey } from '../store.js';
import type { Transaction } from './transaction.js';

/** In both forms. */
const expiresAtAt = 8;
const headLength = 16;

export interface Receipt {
  readonly seq: bigint;
  /** Distinguishes the message from others. */
  readonly fingerprint: Uint8Array;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** A message that can be sent again. */
export type Retryable = Pick<Offer, 'mailbox' | 'senderIdentity'> & { readonly retry: RetryKey };

export function expiryOf(receipt: Buffer): number {
  return Number(receipt.readBigUInt64BE(expiresAtAt));
}

/** Removes those that have expired, and damaged ones. */
export function removeExpiredReceipts(
  transaction: Transaction,
  receipts: Database<Buffer, Buffer>,
  keys: readonly Buffer[],
  now: number,
): void {
  for (const key of keys) {
    const record = transaction.get(receipts, key);
    // A receipt that was rewritten under the same key has another entry in the index, which expires later.
    if (record !== undefined && (record.length < headLength || expiryOf(record) <= now))
      transaction.remove(receipts, key);
  }
}
