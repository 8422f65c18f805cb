// An index of receipts by expiry. Those that are written together and expire together share an entry: none is removed
// before its time, and a put for each of them would take longer than the rest of the receipt.

import type { Database, RootDatabase } from 'lmdb';
import type { Transaction } from './transaction.js';

const timeLength = 8;
const lengthLength = 2;

type Expiry = readonly [expiresAt: number, key: Buffer];

export class ReceiptExpiries {
  /** Milliseconds since 1970 (8, BE), and the key of the first receipt → the keys, each after its length (2, BE). */
  readonly #entries: Database<Buffer, Buffer>;

  constructor(root: RootDatabase) {
    this.#entries = root.openDB('retry-expiries', { encoding: 'binary', keyEncoding: 'binary' });
  }

  put(transaction: Transaction, expiries: readonly Expiry[]): void {
    const byTime = new Map<number, Buffer[]>();
    for (const [time, key] of expiries) {
      const keys = byTime.get(time);
      if (keys) keys.push(key);
      else byTime.set(time, [key]);
    }
    for (const [time, keys] of byTime)
      transaction.add(this.#entries, Buffer.concat([timeOf(time), keys[0]!]), listOf(keys));
  }

  /**
   * Removes entries that have expired by `time`, until they have `limit` keys or more. Returns the keys. A damaged entry
   * gives those before the damage: its other receipts expire, and are not removed.
   */
  take(transaction: Transaction, time: number, limit: number): readonly Buffer[] {
    const keys: Buffer[] = [];
    for (const { key, value } of this.#entries.getRange({ end: timeOf(time + 1) })) {
      transaction.drop(this.#entries, key);
      addKeys(value, keys);
      if (keys.length >= limit) break;
    }
    return keys;
  }
}

function timeOf(time: number): Buffer {
  const key = Buffer.allocUnsafe(timeLength);
  key.writeBigUInt64BE(BigInt(time));
  return key;
}

function listOf(keys: readonly Buffer[]): Buffer {
  const list = Buffer.allocUnsafe(keys.reduce((sum, key) => sum + lengthLength + key.length, 0));
  let at = 0;
  for (const key of keys) {
    list.writeUInt16BE(key.length, at);
    list.set(key, at + lengthLength);
    at += lengthLength + key.length;
  }
  return list;
}

/** True if it is the list of an entry. */
export function isKeyList(value: Buffer): boolean {
  const keys: Buffer[] = [];
  addKeys(value, keys);
  return keys.length > 0 && keys.reduce((sum, key) => sum + lengthLength + key.length, 0) === value.length;
}

function addKeys(list: Buffer, keys: Buffer[]): void {
  for (let at = 0; at + lengthLength <= list.length; ) {
    const end = at + lengthLength + list.readUInt16BE(at);
    if (end > list.length) return;
    keys.push(list.subarray(at + lengthLength, end));
    at = end;
  }
}
