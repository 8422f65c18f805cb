// The number of requests that keeps the gate and the store at work: throughput times latency.

/** Of how long ago, in ms, a throughput or a latency is still believed. */
const windowMs = 10_000;
/** While some are being written, the next are gathered. */
const gain = 1.5;

/** The greatest or the least of what was seen within a window, or up to half of one longer. */
class Extreme {
  readonly #pick: (a: number, b: number) => number;
  readonly #none: number;
  #current: number;
  #earlier: number;
  #since = 0;

  constructor(pick: (a: number, b: number) => number, none: number) {
    this.#pick = pick;
    this.#none = none;
    this.#current = this.#earlier = none;
  }

  get value(): number {
    return this.#pick(this.#current, this.#earlier);
  }

  see(value: number, now: number): void {
    if (now - this.#since > windowMs) {
      this.#earlier = this.#current;
      this.#current = this.#none;
      this.#since = now;
    }
    this.#current = this.#pick(this.#current, value);
  }
}

/**
 * The most messages per ms of the last seconds, times the least time that they took. The least, because what is in flight
 * beyond this number only waits, and makes every later measurement longer.
 */
export class ServiceNeed {
  readonly #perMs = new Extreme(Math.max, 0);
  readonly #ms = new Extreme(Math.min, Number.POSITIVE_INFINITY);
  #since = 0;
  #messages = 0;
  /** Of all messages together. */
  #totalMs = 0;

  get requests(): number {
    return this.#perMs.value === 0 ? 0 : Math.ceil(gain * this.#perMs.value * this.#ms.value);
  }

  served(messages: number, ms: number): void {
    this.#messages += messages;
    this.#totalMs += messages * ms;
  }

  /** Ends a stretch of at least `stretchMs`, in which enough was served to say something. */
  conclude(now: number): void {
    const passed = now - this.#since;
    if (passed < stretchMs) return;
    // The first stretch, and one after a rest, are not full of work.
    if (this.#messages > 0 && passed < 4 * stretchMs) {
      this.#perMs.see(this.#messages / passed, now);
      this.#ms.see(this.#totalMs / this.#messages, now);
    }
    this.#since = now;
    this.#messages = this.#totalMs = 0;
  }
}

/** Long enough for some flushes, in ms. */
const stretchMs = 100;
