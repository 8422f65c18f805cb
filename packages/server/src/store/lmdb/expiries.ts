// An index of entries of the embedded store by expiry, so that expired ones are found without reading others.

import type { Database, RootDatabase } from 'lmdb';
import type { Transaction } from './transaction.js';

const timeLength = 8;
const mark = Buffer.of(1);

export class LmdbExpiries {
  /** Milliseconds since 1970 (8, BE), and the key of the entry that expires then. */
  readonly #entries: Database<Buffer, Buffer>;

  constructor(root: RootDatabase, name: string) {
    this.#entries = root.openDB(name, { encoding: 'binary', keyEncoding: 'binary' });
  }

  put(transaction: Transaction, time: number, key: Buffer): void {
    transaction.add(this.#entries, entryOf(time, key), mark);
  }

  remove(transaction: Transaction, time: number, key: Buffer): void {
    transaction.drop(this.#entries, entryOf(time, key));
  }

  /** True if anything has expired by `time`. */
  hasBy(time: number): boolean {
    return this.#by(time, 1).length > 0;
  }

  /** Returns the keys of entries that expire at `from` or later, and by `time`. */
  between(from: number, time: number): Iterable<Buffer> {
    const range = { start: entryOf(from, Buffer.alloc(0)), end: entryOf(time + 1, Buffer.alloc(0)) };
    return this.#entries.getKeys(range).map(keyOf);
  }

  /** Removes the first index entries that have expired by `time`, and returns the keys that they point to. */
  take(transaction: Transaction, time: number, limit: number): readonly Buffer[] {
    const entries = this.#by(time, limit);
    for (const entry of entries) transaction.drop(this.#entries, entry);
    return entries.map(keyOf);
  }

  #by(time: number, limit: number): readonly Buffer[] {
    return [...this.#entries.getKeys({ end: entryOf(time + 1, Buffer.alloc(0)), limit })];
  }
}

function keyOf(entry: Buffer): Buffer {
  return entry.subarray(timeLength);
}

function entryOf(time: number, key: Buffer): Buffer {
  const entry = Buffer.allocUnsafe(timeLength + key.length);
  entry.writeBigUInt64BE(BigInt(time));
  entry.set(key, timeLength);
  return entry;
}
