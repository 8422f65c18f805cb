// Limits reports of events that strangers cause, and counts those left out.

/** Time in which there is at most one report of each key, and `max` of all, in ms. */
const windowMs = 1_000;

/**
 * Remembers the keys of one window only, so its memory is bounded by the reports of a window. The number left out is
 * reported with the next report, or at the end of the window if none follows.
 */
export class ReportLimit {
  readonly #max: number;
  readonly #onLeftOut: (count: number) => void;
  readonly #keys = new Set<string>();
  #reports = 0;
  #leftOut = 0;
  /** When the window ends, in ms of the monotonic clock. */
  #until = 0;
  #timer: NodeJS.Timeout | undefined;

  /** `max` reports per second; `onLeftOut` gets the number of those left out if no other report follows. */
  constructor(max: number, onLeftOut: (count: number) => void) {
    this.#max = max;
    this.#onLeftOut = onLeftOut;
  }

  /** Returns how many were left out since the last report; undefined if this one must be left out too. */
  admit(keys: readonly string[], now = performance.now()): number | undefined {
    if (now >= this.#until) this.#begin(now);
    if (this.#reports >= this.#max || keys.some((key) => this.#keys.has(key))) {
      this.#leftOut += 1;
      this.#timer ??= setTimeout(() => this.#tellLeftOut(), windowMs).unref();
      return undefined;
    }
    this.#reports += 1;
    for (const key of keys) this.#keys.add(key);
    return this.#takeLeftOut();
  }

  /** Reports the number left out so far, and clears the timer, which would outlive the caller. */
  close(): void {
    this.#tellLeftOut();
  }

  #begin(now: number): void {
    this.#keys.clear();
    this.#reports = 0;
    this.#until = now + windowMs;
  }

  #tellLeftOut(): void {
    const count = this.#takeLeftOut();
    if (count > 0) this.#onLeftOut(count);
  }

  #takeLeftOut(): number {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const count = this.#leftOut;
    this.#leftOut = 0;
    return count;
  }
}
