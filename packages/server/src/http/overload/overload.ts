// The limit of requests in flight, found from how long they have to wait. It has no clock: its callers pass times, in ms.

import { ServiceNeed } from './service-need.js';

export interface OverloadOptions {
  /** The delay that may stand; 0: nothing is ever refused. */
  readonly delayMs: number;
  /** Counts the admitted requests that only wait for something to happen, and are no work. */
  readonly atRest: () => number;
}

/** A delay is looked at for so long, in ms, before anything follows from it. */
const intervalMs = 25;
/** One long turn, for garbage collection say, is no overload: a delay has to stand for so many intervals. */
const patience = 2;
/** Without a refusal for so long there is no limit any more. */
const calmMs = 1_000;
/** So many requests are admitted in any case. */
const least = 4;
/**
 * The most that the limit may change by in one interval. It has to be right at the first step down: while it is still
 * too high, what is admitted too much keeps the server from refusing the rest, and a queue grows where no delay is seen,
 * in the clients.
 */
const [shrinkMost, growth] = [0.1, 1.05];
/**
 * While requests are refused, accepted work is to take so much less of a turn than the delay that may stand: a new
 * connection is accepted per turn.
 */
const turnShare = 0.12;
/** By how much the limit shrinks in an interval whose turns are twice as long, and no request waits for too long. */
const shortening = 0.9;

/** Times, weighted by themselves: more requests meet a long wait than a short one. */
class Waits {
  #sum = 0;
  #squares = 0;

  get mean(): number {
    return this.#sum === 0 ? 0 : this.#squares / this.#sum;
  }

  add(ms: number): void {
    this.#sum += ms;
    this.#squares += ms * ms;
  }

  clear(): void {
    this.#sum = this.#squares = 0;
  }
}

/**
 * A queue that stands is cured by shortening it, so what is limited is the number of requests in flight: there is no
 * limit at first; when a delay stands, it becomes what was in flight, times the delay allowed over the delay found; from
 * then on it follows the delay. As the cause is limited and not the symptom, nothing swings between all and nothing.
 *
 * What refusals take shortens no queue by shrinking the limit, which would only bring more of them: only the time of
 * accepted work counts as a delay, and the limit never falls below what keeps the store at work.
 */
export class Overload {
  readonly #options: OverloadOptions;
  readonly #need = new ServiceNeed();
  #limit = Number.POSITIVE_INFINITY;
  #admitted = 0;
  #peak = 0;
  #refusedAt = Number.NEGATIVE_INFINITY;
  /** The interval under way: its begin, the time in it that the loop was at work, its delays, its decisions. */
  #since = 0;
  #busyMs = 0;
  readonly #delays = new Waits();
  /** Of each turn, what was no refusal. */
  readonly #work = new Waits();
  #refusalsMs = 0;
  #entered = 0;
  #refused = 0;
  /** Intervals in a row with a delay that is too long. */
  #standing = 0;
  /** Of the last interval, the share that went into accepted work: of a wait as much counts. */
  #workShare = 1;
  /** Requests refused for each that was admitted, smoothed. */
  #excess = 0;
  #turn = 0;

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
      this.#refused += 1;
      return false;
    }
    this.#admitted += 1;
    this.#entered += 1;
    this.#peak = Math.max(this.#peak, inFlight + 1);
    return true;
  }

  /** A request that was admitted is answered, or its client has gone. */
  release(): void {
    this.#admitted -= 1;
  }

  /**
   * Seconds after which who is refused may come again: up to twice as many as it takes to work off what is refused in
   * a second, each client another number, so that they do not come back together.
   */
  retryAfter(): number {
    const most = Math.min(retryMost, 1 + Math.round(2 * this.#excess));
    this.#turn = (this.#turn + 1) % most;
    return 1 + this.#turn;
  }

  /** A turn of the event loop took so long, and refusals so much of it: whatever arrived in it has waited for its end. */
  turned(ms: number, now: number, refusalsMs = 0): void {
    this.#busyMs += ms;
    this.#refusalsMs += refusalsMs;
    const workMs = Math.max(0, ms - refusalsMs);
    this.#work.add(workMs);
    this.#delays.add(workMs);
    if (now - this.#since >= intervalMs) this.#conclude(now);
  }

  /** A message has waited so long for its turn at the gate. */
  waited(ms: number): void {
    this.#delays.add(ms * this.#workShare);
  }

  /** So many messages were decided and stored together, in so long. */
  served(messages: number, ms: number): void {
    this.#need.served(messages, ms);
  }

  #inFlight(): number {
    return this.#admitted - this.#options.atRest();
  }

  #conclude(now: number): void {
    // A loop that sleeps in between holds up nobody for long.
    const isBusy = this.#busyMs > (now - this.#since) / 2;
    this.#need.conclude(now);
    this.#excess += (this.#refused / Math.max(1, this.#entered) - this.#excess) * smoothing;
    this.#workShare = 1 - Math.min(1, this.#refusalsMs / Math.max(1, this.#busyMs));
    this.#adapt(isBusy ? this.#delays.mean : 0, isBusy ? this.#work.mean : 0, now);
    this.#since = now;
    this.#busyMs = this.#refusalsMs = this.#entered = this.#refused = 0;
    this.#delays.clear();
    this.#work.clear();
    this.#peak = this.#inFlight();
  }

  #adapt(delay: number, work: number, now: number): void {
    const { delayMs } = this.#options;
    if (delayMs === 0) return;
    this.#standing = delay > delayMs ? this.#standing + 1 : 0;
    if (this.#standing >= patience) {
      // Requests over the limit still have to be worked off: to shrink it for their delay too would be twice.
      if (this.#inFlight() > this.#limit) return;
      this.#shrink(Math.max(shrinkMost, delayMs / delay));
    } else if (!this.isShedding(now)) this.#limit = Number.POSITIVE_INFINITY;
    else if (work > 2 * turnShare * delayMs) this.#shrink(shortening);
    // Not up to where turns are long: what queues in front of them is out of sight.
    else if (work < turnShare * delayMs) this.#limit = Math.ceil(this.#limit * growth);
  }

  #shrink(change: number): void {
    const shrunk = Math.floor(Math.min(this.#limit, this.#peak) * change);
    this.#limit = Math.max(least, this.#need.requests, shrunk);
  }
}

/** The most seconds that a client is asked to stay away. */
const retryMost = 30;
/** The share of an interval in the smoothed excess. */
const smoothing = 0.1;
