// An index of the messages in the embedded store that were let through without a plugin's verdict, so that they are
// found without reading others. The messages themselves record it too.

import type { Database, RootDatabase } from 'lmdb';
import type { AdmittedRange } from '../store.js';
import type { Transaction } from './transaction.js';

/** Entries read in one call, so that a search for a rare plugin does not block the event loop. */
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
