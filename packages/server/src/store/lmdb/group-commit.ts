// One write at a time: what is asked for while one is under way goes to the disk together in the next, behind one flush.

import type { RootDatabase } from 'lmdb';
import { hasSpaceFor } from './disk-space.js';
import { noSpace, writeFailure } from './failure.js';
import { Transaction } from './transaction.js';

/** Looks at what there is and changes it. It runs when all earlier writes are on disk, or have failed. */
type Step<T> = (transaction: Transaction) => T;

interface Waiting {
  readonly step: Step<unknown>;
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
}

/** What steps came to that did not throw. */
interface Taken {
  readonly sound: readonly Waiting[];
  readonly transaction: Transaction;
  readonly results: readonly unknown[];
}

/** Steps in one write, so that what they read and change does not hold up the loop for long. */
const stepsAtOnce = 64;

/**
 * A step sees exactly what is stored, so what it counts is exact and a condition that it checks still holds when it is
 * written. A failed write leaves nothing behind, and the next one begins with what there was before.
 */
export class GroupCommit {
  readonly #root: RootDatabase;
  readonly #folder: string;
  #waiting: Waiting[] = [];
  #draining: Promise<void> | undefined;

  constructor(root: RootDatabase, folder: string) {
    this.#root = root;
    this.#folder = folder;
  }

  /** Resolves with what the step returned, once its changes are on disk. @throws StoreError, or what the step throws */
  write<T>(step: Step<T>): Promise<T> {
    const written = new Promise<T>((resolve, reject) => this.#waiting.push({ step, resolve, reject }));
    this.#draining ??= this.#drain();
    return written;
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await this.#draining;
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) await this.#commit(this.#waiting.splice(0, stepsAtOnce));
    this.#draining = undefined;
  }

  async #commit(waiting: readonly Waiting[]): Promise<void> {
    const { sound, transaction, results } = taken(waiting);
    try {
      if (!transaction.isEmpty) await this.#toDisk(transaction);
      for (const [i, { resolve }] of sound.entries()) resolve(results[i] as never);
    } catch (error) {
      for (const { reject } of sound) reject(error);
    }
  }

  async #toDisk(transaction: Transaction): Promise<void> {
    try {
      if (!hasSpaceFor(transaction.bytes, this.#folder)) throw noSpace(this.#folder);
      await this.#root.batch(() => transaction.apply());
    } catch (error) {
      throw await writeFailure(error, this.#folder);
    }
  }
}

/** What the steps came to. One that throws leaves nothing behind: the others are taken anew without it. */
function taken(waiting: readonly Waiting[]): Taken {
  const transaction = new Transaction();
  const results: unknown[] = [];
  for (const one of waiting) {
    try {
      results.push(one.step(transaction));
    } catch (error) {
      one.reject(error);
      return taken(waiting.filter((other) => other !== one));
    }
  }
  return { sound: waiting, transaction, results };
}
