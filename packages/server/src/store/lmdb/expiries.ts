// When entries of the embedded store are over: in the order of time, so that those are found by looking at no others.

import type { Database, RootDatabase } from 'lmdb';
import type { Transaction } from './transaction.js';

const timeLength = 8;
const mark = Buffer.of(1);

export class LmdbExpiries {
  /** Milliseconds since 1970 (8, BE), and the key of what is over then. */
  readonly #entries: Database<Buffer, Buffer>;

  constructor(root: RootDatabase, name: string) {
    this.#entries = root.openDB(name, { encoding: 'binary', keyEncoding: 'binary' });
  }

  put(transaction: Transaction, time: number, key: Buffer): void {
    transaction.put(this.#entries, entryOf(time, key), mark);
  }

  remove(transaction: Transaction, time: number, key: Buffer): void {
    transaction.remove(this.#entries, entryOf(time, key));
  }

  /** Whether anything is over by then. */
  hasBy(time: number): boolean {
    return this.#by(time, 1).length > 0;
  }

  /** Forgets the first entries that are over by then, and returns the keys of what they stand for. */
  take(transaction: Transaction, time: number, limit: number): readonly Buffer[] {
    const entries = this.#by(time, limit);
    for (const entry of entries) transaction.remove(this.#entries, entry);
    return entries.map((entry) => entry.subarray(timeLength));
  }

  #by(time: number, limit: number): readonly Buffer[] {
    return [...this.#entries.getKeys({ end: entryOf(time + 1, Buffer.alloc(0)), limit })];
  }
}

function entryOf(time: number, key: Buffer): Buffer {
  const entry = Buffer.allocUnsafe(timeLength + key.length);
  entry.writeBigUInt64BE(BigInt(time));
  entry.set(key, timeLength);
  return entry;
}
