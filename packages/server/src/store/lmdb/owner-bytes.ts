// The bytes of all mailboxes of one recipient in the embedded store, kept at hand: no record has them.

import { BoundedMap } from '@gatehouse/support/bounded-map';
import type { Transaction } from './transaction.js';

/** About 2 MB. */
const knownMost = 10_000;

/** The sum of a recipient while transactions change it. */
interface Changing {
  sum: number;
  /** Number of transactions under way that change it. */
  transactions: number;
}

/**
 * A sum is read from the mailboxes when it is first needed, and follows every change from then on. It is exact because only
 * this server writes, and because a sum is read only while no transaction changes a mailbox of its recipient.
 */
export class OwnerBytes {
  readonly #read: (owner: string) => number;
  readonly #known = new BoundedMap<string, number>(knownMost);
  readonly #changing = new Map<string, Changing>();
  readonly #changes = new WeakMap<Transaction, Map<string, number>>();

  /** `read` sums up what the mailboxes of a recipient have on disk. A recipient is named by its key in latin1. */
  constructor(read: (owner: string) => number) {
    this.#read = read;
  }

  /** Returns the bytes of a recipient, with those of transactions under way. */
  of(owner: string): number {
    return this.#changing.get(owner)?.sum ?? this.#atRest(owner);
  }

  /** Follows a change of one mailbox. Call before the mailbox is changed in the transaction. */
  change(transaction: Transaction, owner: string, bytes: number): void {
    const changes = this.#changesOf(transaction);
    if (!changes.has(owner)) this.#begin(owner);
    changes.set(owner, (changes.get(owner) ?? 0) + bytes);
    this.#changing.get(owner)!.sum += bytes;
  }

  #atRest(owner: string): number {
    const known = this.#known.get(owner);
    if (known !== undefined) return known;
    const sum = this.#read(owner);
    this.#known.set(owner, sum);
    return sum;
  }

  #begin(owner: string): void {
    const changing = this.#changing.get(owner);
    if (changing) changing.transactions += 1;
    else this.#changing.set(owner, { sum: this.#atRest(owner), transactions: 1 });
  }

  #changesOf(transaction: Transaction): Map<string, number> {
    const found = this.#changes.get(transaction);
    if (found) return found;
    const changes = new Map<string, number>();
    this.#changes.set(transaction, changes);
    transaction.whenEnded((areOnDisk) => {
      for (const [owner, bytes] of changes) this.#end(owner, areOnDisk ? 0 : bytes);
    });
    return changes;
  }

  /** `undone`: what the transaction had added to the sum, if it failed. */
  #end(owner: string, undone: number): void {
    const changing = this.#changing.get(owner)!;
    changing.sum -= undone;
    changing.transactions -= 1;
    if (changing.transactions > 0) return;
    this.#changing.delete(owner);
    this.#known.set(owner, changing.sum);
  }
}
