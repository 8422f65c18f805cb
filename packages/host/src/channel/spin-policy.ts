// Decides whether a side that waits spins first or sleeps at once. Knows no thread and no clock: it is told.
//
// Spinning saves the 30 to 70 µs of being woken and takes a core for as long as it lasts. It pays when what is waited
// for comes within the spin, and while there is a core to spare. Both are learnt by trying, several times in a row:
// threads that have slept are woken on each other's cores, and it takes some calls until each has its own. Spins in
// vain are paid for by calls without any, ever more of them; one that finds its work forgives.

import type { SpinOutcome } from './spin.js';

/** How a side waits: as it measures, never spinning, or always for so long. */
export type WaitMode = 'adaptive' | 'park' | { readonly spinUs: number };

/** How much in a row ends the spinning, where a spin in vain counts 1. */
const enough = 8;

/** What a spin counts that has cost somebody their core: two of them end the spinning. */
const robbery = 4;

/** Calls without spinning after the first stop, and at the most. Each stop without a hit between doubles it. */
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
   * How long to spin now, in µs; 0 to sleep at once. `longestUs` is the longest spin that may pay, in the adaptive
   * mode; 0 where what is waited for will not come so soon.
   */
  spinUs(longestUs: number): number {
    if (this.#mode === 'park') return 0;
    if (this.#mode !== 'adaptive') return this.#mode.spinUs;
    if (longestUs === 0 || this.#pause === 0) return longestUs;
    this.#pause--;
    return 0;
  }

  /** What came of a spin. */
  came(outcome: SpinOutcome): void {
    if (outcome === 'robbed') this.robbed();
    else if (outcome === 'nothing') this.#count(1);
    else this.#forgive();
  }

  /** The thread has lost its core for a while, or the other side has spun in vain itself, as when both share a core. */
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
