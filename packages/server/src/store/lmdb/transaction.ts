// The changes of one write. Reads through it see them already; they go to disk together or not at all.

import type { Database } from 'lmdb';

// biome-ignore lint/suspicious/noExplicitAny: databases of any keys and values take part
type AnyDatabase = Database<any, any>;
type StoreKey = Buffer | string;

interface Change {
  readonly key: StoreKey;
  /** Undefined: the key is removed. */
  readonly value: unknown;
}

export class Transaction {
  readonly #atEnd: (() => void)[] = [];
  readonly #changes = new Map<AnyDatabase, Map<string, Change>>();

  /** Has `put` called at the end of the transaction, for changes that are gathered until then. */
  atEnd(put: () => void): void {
    this.#atEnd.push(put);
  }

  /** All steps were taken. */
  end(): void {
    for (const put of this.#atEnd.splice(0)) put();
  }

  get isEmpty(): boolean {
    return this.#changes.size === 0;
  }

  /** Approximate size of the values put: only bytes count, because other values are small. */
  get bytes(): number {
    let sum = 0;
    for (const changes of this.#changes.values()) {
      for (const { value } of changes.values()) if (value instanceof Uint8Array) sum += value.length;
    }
    return sum;
  }

  /** True if it changes anything in a database. */
  changes(database: AnyDatabase): boolean {
    return this.#changes.has(database);
  }

  get<V, K extends StoreKey>(database: Database<V, K>, key: K): V | undefined {
    const change = this.#changes.get(database)?.get(nameOf(key));
    return change === undefined ? database.get(key) : (change.value as V | undefined);
  }

  put<V, K extends StoreKey>(database: Database<V, K>, key: K, value: V): void {
    this.#change(database, { key, value });
  }

  remove<V, K extends StoreKey>(database: Database<V, K>, key: K): void {
    this.#change(database, { key, value: undefined });
  }

  /** Call only within a commit of the fence. */
  apply(): void {
    for (const [database, changes] of this.#changes) {
      for (const { key, value } of changes.values()) {
        if (value === undefined) database.remove(key);
        else database.put(key, value);
      }
    }
  }

  #change(database: AnyDatabase, change: Change): void {
    let changes = this.#changes.get(database);
    if (changes === undefined) {
      changes = new Map();
      this.#changes.set(database, changes);
    }
    changes.set(nameOf(change.key), change);
  }
}

function nameOf(key: StoreKey): string {
  return typeof key === 'string' ? key : key.toString('latin1');
}
