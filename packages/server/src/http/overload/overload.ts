// The limit of requests in flight, found from how long they have to wait. It has no clock: its callers pass times, in ms.

export interface OverloadOptions {
  /** The delay that may stand; 0: nothing is ever refused. */
  readonly delayMs: number;
  /** So many are admitted in any case. */
  readonly least: number;
  /** Counts the admitted requests that only wait for something to happen, and are no work. */
  readonly atRest: () => number;
}

/** A delay is looked at for so long, in ms, before anything follows from it. */
const intervalMs = 25;
/** One long turn, for garbage collection say, is no overload: a delay has to stand for so many intervals. */
const patience = 2;
/** Without a refusal for so long there is no limit any more. */
const calmMs = 1_000;
/**
 * The most that the limit may change by in one interval. It has to be right at the first step down: while it is still too high, what
 * is admitted too much keeps the server from refusing the rest, and a queue grows where no delay is seen, in the clients.
 */
const [shrinkMost, growth] = [0.1, 1.05];

/**
 * A queue that stands is cured by shortening it, so what is limited is the number of requests in flight: there is no
 * limit at first; when a delay stands, it becomes what was in flight, times the delay allowed over the delay found; from
 * then on it follows the delay, which it keeps between half of that and all of it. As the cause is limited and not the
 * symptom, nothing swings between all and nothing.
 */
export class Overload {
  readonly #options: OverloadOptions;
  #limit = Number.POSITIVE_INFINITY;
  #admitted = 0;
  #peak = 0;
  #refusedAt = Number.NEGATIVE_INFINITY;
  /** The interval under way: its begin, the time in it that the loop was at work, and its delays. */
  #since = 0;
  #busyMs = 0;
  #sum = 0;
  #squares = 0;
  /** Intervals in a row with a delay that is too long. */
  #standing = 0;

  constructor(options: OverloadOptions) {
    this.#options = options;
  }

  /** The most requests in flight. */
  get limit(): number {
    return this.#limit;
  }

  isShedding(now: number): boolean {
    return now - this.#refusedAt < calmMs;
  }

  /** Whether a request is admitted. One that is has to be released. */
  admit(now: number): boolean {
    const inFlight = this.#inFlight();
    if (inFlight >= this.#limit) {
      this.#refusedAt = now;
      return false;
    }
    this.#admitted += 1;
    this.#peak = Math.max(this.#peak, inFlight + 1);
    return true;
  }

  /** A request that was admitted is answered, or its client has gone. */
  release(): void {
    this.#admitted -= 1;
  }

  /** A turn of the event loop took so long: whatever arrived in it has waited for its end. */
  turned(ms: number, now: number): void {
    this.#busyMs += ms;
    this.waited(ms);
    if (now - this.#since >= intervalMs) this.#conclude(now);
  }

  /** A message has waited so long for its turn at the gate. */
  waited(ms: number): void {
    this.#sum += ms;
    this.#squares += ms * ms;
  }

  #inFlight(): number {
    return this.#admitted - this.#options.atRest();
  }

  #conclude(now: number): void {
    // Weighted by themselves: more requests meet a long turn than a short one.
    const delay = this.#sum === 0 ? 0 : this.#squares / this.#sum;
    // A loop that sleeps in between holds up nobody for long.
    const isBusy = this.#busyMs > (now - this.#since) / 2;
    this.#adapt(isBusy ? delay : 0, now);
    this.#since = now;
    this.#busyMs = this.#sum = this.#squares = 0;
    this.#peak = this.#inFlight();
  }

  #adapt(delay: number, now: number): void {
    const { delayMs, least } = this.#options;
    if (delayMs === 0) return;
    this.#standing = delay > delayMs ? this.#standing + 1 : 0;
    if (this.#standing >= patience) {
      // Requests over the limit still have to be worked off: to shrink it for their delay too would be twice.
      if (this.#inFlight() > this.#limit) return;
      const change = Math.max(shrinkMost, delayMs / delay);
      this.#limit = Math.max(least, Math.floor(Math.min(this.#limit, this.#peak) * change));
    } else if (!this.isShedding(now)) this.#limit = Number.POSITIVE_INFINITY;
    // Not up to the very delay that may stand: there the loop has no rest left, and what queues is out of its sight.
    else if (delay < delayMs / 2) this.#limit = Math.ceil(this.#limit * growth);
  }
}
