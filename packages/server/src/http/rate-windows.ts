// The counts of @fastify/rate-limit, by a clock that is never set: with its own store, which reads the wall clock, whoever
// was over the limit when that was set back would be refused until it had caught up.

import type { FastifyRateLimitStore, FastifyRateLimitStoreCtor } from '@fastify/rate-limit';
import { BoundedMap } from '@gatehouse/support/bounded-map';

interface Window {
  readonly count: number;
  /** In ms of the monotonic clock. */
  readonly beganAt: number;
}

/** `most`: keys that a limit counts; the ones not seen for longest are forgotten first. */
export function rateWindows(most: number): FastifyRateLimitStoreCtor {
  return class RateWindows implements FastifyRateLimitStore {
    readonly #windows = new BoundedMap<string, Window>(most);

    incr(
      key: string,
      answer: (error: Error | null, result?: { current: number; ttl: number }) => void,
      windowMs: number,
    ): void {
      const now = performance.now();
      const before = this.#windows.get(key);
      const isOver = before === undefined || now - before.beganAt >= windowMs;
      const window = isOver ? { count: 1, beganAt: now } : { ...before, count: before.count + 1 };
      this.#windows.set(key, window);
      answer(null, { current: window.count, ttl: windowMs - (now - window.beganAt) });
    }

    /** Each limit has counts of its own. */
    child(): FastifyRateLimitStore {
      return new RateWindows();
    }
  };
}
