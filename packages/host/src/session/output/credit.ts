// A token bucket: what may be spent is bounded over any time, and more at once after a rest. Times are passed in.

export class Credit {
  readonly #perMs: number;
  readonly #most: number;
  #left: number;
  #at: number;

  /** Full at first. @param now in ms, as all times here. */
  constructor(perSecond: number, most: number, now: number) {
    this.#perMs = perSecond / 1000;
    this.#most = most;
    this.#left = most;
    this.#at = now;
  }

  /** Takes `cost` when there is so much; else takes nothing and is false. */
  spend(cost: number, now: number): boolean {
    this.#left = Math.min(this.#most, this.#left + (now - this.#at) * this.#perMs);
    this.#at = now;
    if (cost > this.#left) return false;
    this.#left -= cost;
    return true;
  }
}
