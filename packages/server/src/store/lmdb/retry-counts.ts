// Counts the retries that are remembered of each sender, in memory: exact since the store was opened, within a 24th of the
// time for which a retry is remembered.

import { BoundedMap } from '@gatehouse/support/bounded-map';

/** About 10 MB if each has retries in every part of the time. */
const sendersMost = 20_000;
/** Parts of the time for which a retry is remembered. */
const parts = 24;

interface Part {
  readonly until: number;
  count: number;
}

export class RetryCounts {
  readonly #now: () => number;
  /** By sender, its parts in the order in which they end. */
  readonly #parts = new BoundedMap<string, Part[]>(sendersMost);

  /** `now`: a clock in ms that only goes forward. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  of(sender: string): number {
    return this.#current(sender).reduce((sum, { count }) => sum + count, 0);
  }

  add(sender: string, lifeMs: number): void {
    const current = this.#current(sender);
    const until = this.#now() + lifeMs;
    const last = current.at(-1);
    // Counted with the part that it falls into, which ends a little earlier: a quota is no promise of room.
    if (last !== undefined && until - last.until < lifeMs / parts) last.count += 1;
    else current.push({ until, count: 1 });
    this.#parts.set(sender, current);
  }

  #current(sender: string): Part[] {
    const found = this.#parts.get(sender) ?? [];
    const now = this.#now();
    while (found.length > 0 && found[0]!.until <= now) found.shift();
    return found;
  }
}
