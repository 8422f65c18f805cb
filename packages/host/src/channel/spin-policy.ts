// Decides whether a waiting side spins first or sleeps at once. Has no thread and no clock: outcomes are passed in.
//
// A spin saves the 30 to 70 µs of a wake-up and occupies a core while it lasts. It pays if the work arrives within the
// spin, and while there is a core to spare. Both are learnt by trying several times in a row: threads that have slept
// wake up on each other's cores, and it takes some calls until each has its own. After spins in vain, calls go without
// spinning, ever more of them, until a spin finds its work.

import type { SpinOutcome } from './spin.js';

/** The way a side spins before it sleeps: by measurement, never, or always for a fixed time. */
export type WaitMode = 'adaptive' | 'park' | { readonly spinUs: number };

/** The count of spins in vain in a row that stops the spinning. */
const enough = 8;

/** The count of a spin that lost its core: two of them stop the spinning. */
const robbery = 4;

/** Calls without spinning after the first stop, and at most. Each further stop without a hit doubles the number. */
const firstPause = 64;
const longestPause = 256;

export class SpinPolicy {
  readonly #mode: WaitMode;
  #misses = 0;
  #pause = 0;
  #nextPause = firstPause;

  constructor(mode: WaitMode) {
    this.#mode = mode;
  }

  /**
   * Returns how long to spin now, in µs; 0 to sleep at once. `longestUs` is the longest spin that may pay in the
   * adaptive mode; 0 if the work will not arrive so soon.
   */
  spinUs(longestUs: number): number {
    if (this.#mode === 'park') return 0;
    if (this.#mode !== 'adaptive') return this.#mode.spinUs;
    if (longestUs === 0 || this.#pause === 0) return longestUs;
    this.#pause--;
    return 0;
  }

  /** Adds the outcome of a spin. */
  came(outcome: SpinOutcome): void {
    if (outcome === 'robbed') this.robbed();
    else if (outcome === 'nothing') this.#count(1);
    else this.#forgive();
  }

  /** The thread lost its core for a while, or the other side spun in vain, as it does when both share a core. */
  robbed(): void {
    this.#count(robbery);
  }

  #forgive(): void {
    this.#misses = 0;
    this.#nextPause = firstPause;
  }

  #count(misses: number): void {
    this.#misses += misses;
    if (this.#misses < enough) return;
    this.#misses = 0;
    this.#pause = this.#nextPause;
    this.#nextPause = Math.min(longestPause, this.#nextPause * 2);
  }
}
