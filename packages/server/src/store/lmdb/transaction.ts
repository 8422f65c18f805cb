// The changes of one write. Reads through it see them already; they go to disk together or not at all.

import type { Database } from 'lmdb';

// biome-ignore lint/suspicious/noExplicitAny: databases of any keys and values take part
type AnyDatabase = Database<any, any>;
type StoreKey = Buffer | string;

interface Change {
  readonly database: AnyDatabase;
  readonly key: StoreKey;
  /** Undefined: the key is removed. */
  readonly value: unknown;
}

/** Is called once the changes are on disk, or have failed. */
type Ended = (areOnDisk: boolean) => void;

export class Transaction {
  readonly #atEnd: (() => void)[] = [];
  readonly #ended: Ended[] = [];
  /** In the order of the calls. */
  readonly #changes: Change[] = [];
  /** Values that are read through it, by the name of the key. */
  readonly #named = new Map<AnyDatabase, Map<string, unknown>>();

  /** Has `put` called at the end of the transaction, for changes that are gathered until then. */
  atEnd(put: () => void): void {
    this.#atEnd.push(put);
  }

  /** All steps were taken. */
  end(): void {
    for (const put of this.#atEnd.splice(0)) put();
  }

  whenEnded(ended: Ended): void {
    this.#ended.push(ended);
  }

  /** Call once, when the changes are on disk, or have failed. */
  tellEnded(areOnDisk: boolean): void {
    for (const ended of this.#ended.splice(0)) ended(areOnDisk);
  }

  get isEmpty(): boolean {
    return this.#changes.length === 0;
  }

  /** Approximate size of the values put: only bytes count, because other values are small. */
  get bytes(): number {
    return this.#changes.reduce((sum, { value }) => sum + (value instanceof Uint8Array ? value.length : 0), 0);
  }

  /** True if it removes this key. */
  removes(database: AnyDatabase, key: StoreKey): boolean {
    const named = this.#named.get(database);
    const name = named && nameOf(key);
    return name !== undefined && named!.has(name) && named!.get(name) === undefined;
  }

  /** Number of keys that it removes between two, both included. */
  removedBetween(database: AnyDatabase, from: Buffer, to: Buffer): number {
    const [first, last] = [nameOf(from), nameOf(to)];
    let count = 0;
    for (const [name, value] of this.#named.get(database) ?? [])
      if (value === undefined && name >= first && name <= last) count += 1;
    return count;
  }

  get<V, K extends StoreKey>(database: Database<V, K>, key: K): V | undefined {
    const named = this.#named.get(database);
    const name = named && nameOf(key);
    return name !== undefined && named!.has(name) ? (named!.get(name) as V | undefined) : database.get(key);
  }

  put<V, K extends StoreKey>(database: Database<V, K>, key: K, value: V): void {
    this.#change(database, key, value);
  }

  /** Puts under a key that the store does not have. It is not read through the transaction, which saves its name. */
  add<V, K extends StoreKey>(database: Database<V, K>, key: K, value: V): void {
    this.#changes.push({ database, key, value });
  }

  /** Removes what is not read through the transaction, which saves its name. */
  drop<V, K extends StoreKey>(database: Database<V, K>, key: K): void {
    this.#changes.push({ database, key, value: undefined });
  }

  remove<V, K extends StoreKey>(database: Database<V, K>, key: K): void {
    this.#change(database, key, undefined);
  }

  /** Call only within a commit of the fence. */
  apply(): void {
    for (const { database, key, value } of this.#changes) {
      if (value === undefined) database.remove(key);
      else database.put(key, value);
    }
  }

  #change(database: AnyDatabase, key: StoreKey, value: unknown): void {
    let named = this.#named.get(database);
    if (named === undefined) {
      named = new Map();
      this.#named.set(database, named);
    }
    named.set(nameOf(key), value);
    this.#changes.push({ database, key, value });
  }
}

function nameOf(key: StoreKey): string {
  return typeof key === 'string' ? key : key.toString('latin1');
}
