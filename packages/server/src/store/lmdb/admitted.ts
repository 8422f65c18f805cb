// Which messages of the embedded store were let through without a plugin's verdict, so that they are found by looking
// at no others. The messages themselves say so too; this is their index.

import type { Database, RootDatabase } from 'lmdb';
import type { AdmittedRange } from '../store.js';
import type { Transaction } from './transaction.js';

/** Entries looked at in one call, so that a rare plugin's do not hold up the loop. */
const lookedAtOnce = 10_000;

export interface AdmittedEntry {
  /** The message's key. */
  readonly key: Buffer;
  readonly admittedWithout: readonly string[];
}

export class LmdbAdmitted {
  /** Message key → names of the plugins. */
  readonly #entries: Database<readonly string[], Buffer>;

  constructor(root: RootDatabase) {
    this.#entries = root.openDB('admitted', { encoding: 'json', keyEncoding: 'binary' });
  }

  put(transaction: Transaction, key: Buffer, admittedWithout: readonly string[]): void {
    transaction.put(this.#entries, key, admittedWithout);
  }

  remove(transaction: Transaction, key: Buffer): void {
    transaction.remove(this.#entries, key);
  }

  find({ plugin, after, limit }: AdmittedRange) {
    const start = after === undefined ? {} : { start: Buffer.from(after, 'base64url'), exclusiveStart: true };
    const found: AdmittedEntry[] = [];
    let looked = 0;
    for (const { key, value: admittedWithout } of this.#entries.getRange(start)) {
      if (plugin === undefined || admittedWithout.includes(plugin)) found.push({ key, admittedWithout });
      if (++looked === lookedAtOnce || found.length === limit) return { found, next: key.toString('base64url') };
    }
    return { found };
  }
}
