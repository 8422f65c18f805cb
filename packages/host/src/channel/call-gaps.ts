// Whether calls come so often that the next one may be waited for awake. Knows no clock: it is told the times.
//
// A side that sleeps sees every gap longer than it need be, as each has a wake-up or two in it. So gaps count as short
// up to twice the length of a spin, and what comes of spinning then decides.

/** Share of the newest gap in the running mean: 1/8. */
const newest = 8;

export class CallGaps {
  readonly #shortUs: number;
  #meanUs = Number.POSITIVE_INFINITY;

  /** `spinUs` is the longest spin that is to bridge a gap. */
  constructor(spinUs: number) {
    this.#shortUs = 2 * spinUs;
  }

  /** Whether gaps have been short of late. */
  get areShort(): boolean {
    return this.#meanUs <= this.#shortUs;
  }

  /** A call came `us` µs after the one before. */
  came(us: number): void {
    // One long gap is capped, so that a few short ones after it bring the mean back down.
    const capped = Math.min(us, 2 * this.#shortUs);
    this.#meanUs = this.#meanUs > 2 * this.#shortUs ? capped : this.#meanUs + (capped - this.#meanUs) / newest;
  }
}
