// Decides whether a side that waits spins first or sleeps at once. Knows no thread and no clock: it is told.
//
// Spinning saves the 30 to 70 µs of being woken and takes a core for as long as it lasts. It pays when what is waited
// for comes sooner than that, which the past tells: how long recent waits were, and whether recent spins found what
// they waited for. A side that sleeps sees its waits longer than they need be, as each includes a wake-up; so a spin
// is tried at up to twice its length, and what the trial finds decides. Spins in vain (nothing came; or the thread
// was off its core meanwhile, as when both sides share one) are paid for: after two in a row the next trial waits
// for ever more calls. One that finds work forgives.

/** How a side waits: as it measures, never spinning, or always for so long. */
export type WaitMode = 'adaptive' | 'park' | { readonly spinUs: number };

/** Share of the newest wait in the running mean, as a power of two: 1/8. */
const newest = 8;

/** Spins in vain, one after the other, that stop the spinning. */
const missesToStop = 2;

/** Calls without spinning after the first stop, and at the most. Each stop without a hit between doubles it. */
const firstPause = 16;
const longestPause = 1024;

export class SpinPolicy {
  readonly #mode: WaitMode;
  readonly #longestUs: number;
  #meanUs = Number.POSITIVE_INFINITY;
  #misses = 0;
  #pause = 0;
  #nextPause = firstPause;

  /** `longestUs` is the longest spin of the adaptive mode. */
  constructor(mode: WaitMode, longestUs: number) {
    this.#mode = mode;
    this.#longestUs = longestUs;
  }

  /** How long to spin now, in µs; 0 to sleep at once. */
  spinUs(): number {
    if (this.#mode === 'park') return 0;
    if (this.#mode !== 'adaptive') return this.#mode.spinUs;
    if (this.#meanUs > 2 * this.#longestUs) return 0;
    if (this.#pause > 0) {
      this.#pause--;
      return 0;
    }
    return this.#longestUs;
  }

  /** What was waited for came, `us` after the last time, or after it was asked for. */
  came(us: number): void {
    // One long wait is capped, so that a few short ones after it bring the mean back down.
    const capped = Math.min(us, 4 * this.#longestUs);
    this.#meanUs = this.#meanUs > 4 * this.#longestUs ? capped : this.#meanUs + (capped - this.#meanUs) / newest;
  }

  /** A spin found what it waited for. */
  hit(): void {
    this.#misses = 0;
    this.#nextPause = firstPause;
  }

  /** A spin was in vain, or cost the other side its core. */
  missed(): void {
    this.#misses++;
    if (this.#misses < missesToStop) return;
    this.#pause = this.#nextPause;
    this.#nextPause = Math.min(longestPause, this.#nextPause * 2);
  }
}
