// The fence of the store: the right to write belongs to the server that took the latest term. Taking one ends the right
// of every server before, even of one that is paused, or runs in another container.

import type { Database, RootDatabase } from 'lmdb';
import { StoreError } from '../store-error.js';

const key = 'holder';

interface Holder {
  readonly pid: number;
  /** Milliseconds since 1970. */
  readonly takenAt: number;
}

export class Fence {
  /** Resolves once another server has taken the store. Never rejects. */
  readonly lost: Promise<StoreError>;
  readonly #folder: string;
  /** The latest term is the version of its only entry: LMDB compares versions within the transaction of a write. */
  readonly #terms: Database<Holder, string>;
  readonly #term: number;
  #error: StoreError | undefined;
  #resolveLost!: (error: StoreError) => void;

  /** Takes the next term. `alongside` runs in the same transaction. */
  constructor(root: RootDatabase, folder: string, alongside: () => void) {
    this.#folder = folder;
    this.#terms = root.openDB('term', { encoding: 'json', useVersions: true });
    this.lost = new Promise((resolve) => {
      this.#resolveLost = resolve;
    });
    // Without any read outside of it: LMDB lets two processes of one number read only one after the other.
    this.#term = root.transactionSync(() => {
      const term = (this.#terms.getEntry(key)?.version ?? 0) + 1;
      this.#terms.put(key, { pid: process.pid, takenAt: Date.now() }, term);
      alongside();
      return term;
    });
  }

  /**
   * Writes what `apply` puts, if the term is still the latest. That is compared in the transaction of the write, while
   * no other process can write. @throws StoreError when it is not; then nothing is written
   */
  async commit(apply: () => void): Promise<void> {
    if (this.#error !== undefined) throw this.#error;
    if (!(await this.#terms.ifVersion(key, this.#term, apply))) throw this.#lose();
  }

  /** Reads the latest term, so that a server without writes notices too. @throws StoreError when it is another one */
  check(): void {
    if (this.#error !== undefined) throw this.#error;
    if (!this.#terms.doesExist(key, this.#term)) throw this.#lose();
  }

  #lose(): StoreError {
    this.#error ??= new StoreError('fenced', `another server has taken the store in ${this.#folder}${this.#taker()}`);
    this.#resolveLost(this.#error);
    return this.#error;
  }

  #taker(): string {
    const found = this.#terms.getEntry(key)?.value;
    return found === undefined ? '' : ` (process ${found.pid}, at ${new Date(found.takenAt).toISOString()})`;
  }
}
