// The prepared names of the users of the embedded store: under each, who has it.

import { nameKey } from '@gatehouse/support/precis';
import type { Database, RootDatabase } from 'lmdb';
import { decodeText, encodeText } from './text-record.js';
import type { Transaction } from './transaction.js';

/** In place of a username: several accounts have this name, all of before names were prepared. */
const several = '';

export class LmdbNames {
  /** Prepared name → username, or `several`. */
  readonly #names: Database<Buffer, Buffer>;

  constructor(root: RootDatabase) {
    this.#names = root.openDB('names', { encoding: 'binary', keyEncoding: 'binary' });
  }

  isTaken(transaction: Transaction, username: string): boolean {
    return transaction.get(this.#names, keyOf(username)) !== undefined;
  }

  put(transaction: Transaction, username: string): void {
    const key = keyOf(username);
    transaction.put(this.#names, key, encodeText(key, username));
  }

  /** Returns the one user whose name is prepared alike. */
  ownerOf(username: string): string | undefined {
    const key = keyOf(username);
    const record = this.#names.get(key);
    const owner = record && ownerIn(key, record);
    return owner === several ? undefined : owner;
  }

  /**
   * Indexes the users of a store of before names were prepared. Those whose names are prepared alike stay, and each is found
   * by exactly its own. Call within a transaction of writing.
   */
  indexAll(usernames: Iterable<string>): void {
    const owners = new Map<string, string>();
    for (const username of usernames) {
      const name = nameKey(username);
      owners.set(name, owners.has(name) ? several : username);
    }
    for (const [name, owner] of owners) {
      const key = Buffer.from(name);
      this.#names.put(key, encodeText(key, owner));
    }
  }
}

/** @throws StoreError when it is not the record under this key */
export function ownerIn(key: Buffer, record: Buffer): string {
  return decodeText(key, record, 'a name');
}

function keyOf(username: string): Buffer {
  return Buffer.from(nameKey(username));
}
