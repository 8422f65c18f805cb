// Decides whether calls come often enough to wait awake for the next one. Has no clock: times are passed in.
//
// A side that sleeps sees every gap too long, because each contains a wake-up or two. So gaps count as short up to
// twice the length of a spin, and the outcome of the spins then decides.

/** Divisor for the share of the newest gap in the running mean: 1/8. */
const newest = 8;

export class CallGaps {
  readonly #shortUs: number;
  #meanUs = Number.POSITIVE_INFINITY;

  /** `spinUs` is the longest spin that bridges a gap. */
  constructor(spinUs: number) {
    this.#shortUs = 2 * spinUs;
  }

  /** Whether recent gaps were short. */
  get areShort(): boolean {
    return this.#meanUs <= this.#shortUs;
  }

  /** Adds a gap of `us` µs between two calls. */
  came(us: number): void {
    // A long gap is capped, so that a few short ones after it bring the mean back down.
    const capped = Math.min(us, 2 * this.#shortUs);
    this.#meanUs = this.#meanUs > 2 * this.#shortUs ? capped : this.#meanUs + (capped - this.#meanUs) / newest;
  }
}
