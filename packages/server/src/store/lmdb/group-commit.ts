// Group commit: one write at a time. Steps requested during a write go to disk together in the next, with one flush.

import { hasSpace, hasSpaceFor } from './disk-space.js';
import { isDamage, noSpace, writeFailure } from './failure.js';
import type { Fence } from './fence.js';
import { Transaction } from './transaction.js';
import type { WriteTrouble } from './write-trouble.js';

/** Reads and changes the store. Runs once all earlier writes are on disk, or have failed. */
type Step<T> = (transaction: Transaction) => T;

interface Waiting {
  readonly step: Step<unknown>;
  readonly messages: number;
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
}

/** The result of the steps that did not throw. */
interface Taken {
  readonly sound: readonly Waiting[];
  readonly transaction: Transaction;
  readonly results: readonly unknown[];
}

/** Messages in one write, limited so that they do not hold the event loop for long. */
const messagesAtOnce = 256;

/**
 * A step sees exactly what is stored, so its counts are exact, and a condition that it checks still holds at the write.
 * A failed write leaves nothing behind: the next one starts from the state before it.
 */
export class GroupCommit {
  readonly #fence: Fence;
  readonly #folder: string;
  readonly #trouble: WriteTrouble | undefined;
  /** The last write found no room. */
  #wasFull = false;
  #waiting: Waiting[] = [];
  #draining: Promise<void> | undefined;

  /** Without `trouble`, whoever gets an error logs it. */
  constructor(fence: Fence, folder: string, trouble?: WriteTrouble) {
    this.#fence = fence;
    this.#folder = folder;
    this.#trouble = trouble;
  }

  /**
   * Resolves with what the step returned, once its changes are on disk. `messages`: how much work it is, in messages
   * that are stored. @throws StoreError, or what the step throws
   */
  write<T>(step: Step<T>, messages = 1): Promise<T> {
    const written = new Promise<T>((resolve, reject) => this.#waiting.push({ step, messages, resolve, reject }));
    this.#draining ??= this.#drain();
    return written;
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await this.#draining;
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) await this.#commit(this.#next());
    this.#draining = undefined;
  }

  /** Takes the steps of the next write. */
  #next(): readonly Waiting[] {
    let messages = 0;
    const over = this.#waiting.findIndex((waiting) => {
      messages += waiting.messages;
      return messages > messagesAtOnce;
    });
    return this.#waiting.splice(0, over < 0 ? this.#waiting.length : Math.max(1, over));
  }

  async #commit(waiting: readonly Waiting[]): Promise<void> {
    try {
      // Of the same snapshot as the steps: they never see what a server with a later term has written.
      this.#fence.check();
      const { sound, transaction, results } = taken(waiting);
      if (!transaction.isEmpty) await this.#toDisk(transaction);
      for (const [i, { resolve }] of sound.entries()) resolve(results[i] as never);
    } catch (error) {
      // Whose page is damaged, a write of one step tells: the others have done nothing.
      if (isDamage(error) && waiting.length > 1) for (const one of waiting) await this.#commit([one]);
      else for (const { reject } of waiting) reject(error);
    }
  }

  /** After a write without room, tries first: LMDB prints the error of each commit that fails. */
  async #hasSpaceFor(bytes: number): Promise<boolean> {
    return hasSpaceFor(bytes, this.#folder) && (!this.#wasFull || (await hasSpace(this.#folder)));
  }

  async #toDisk(transaction: Transaction): Promise<void> {
    try {
      if (!(await this.#hasSpaceFor(transaction.bytes))) throw noSpace(this.#folder);
      await this.#fence.commit(() => transaction.apply());
    } catch (error) {
      transaction.tellEnded(false);
      const failure = await writeFailure(error, this.#folder);
      this.#wasFull = failure.failure === 'full';
      this.#trouble?.failed(failure);
      throw failure;
    }
    this.#wasFull = false;
    this.#trouble?.wrote();
    transaction.tellEnded(true);
  }
}

/** Runs the steps. One that throws leaves nothing behind: the others are run again without it. */
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
  transaction.end();
  return { sound: waiting, transaction, results };
}
