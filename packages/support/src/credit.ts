// A token bucket: bounds the spending over any period, with a burst after a pause. Times are passed in.

export class Credit {
  readonly #perMs: number;
  readonly #most: number;
  #left: number;
  #at: number;

  /** Creates a full bucket. @param now in ms, as all times here. */
  constructor(perSecond: number, most: number, now: number) {
    this.#perMs = perSecond / 1000;
    this.#most = most;
    this.#left = most;
    this.#at = now;
  }

  /** Takes `cost` and returns true if there is enough; else takes nothing and returns false. */
  spend(cost: number, now: number): boolean {
    this.#left = Math.min(this.#most, this.#left + (now - this.#at) * this.#perMs);
    this.#at = now;
    if (cost > this.#left) return false;
    this.#left -= cost;
    return true;
  }
}
