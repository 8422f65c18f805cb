// When a request is tried again, and after how long: pure, so that it can be tested without a clock.

import type { GatehouseError } from './errors.js';

export interface RetryPolicy {
  /** How often a request is tried at most; 1: never again. */
  readonly attempts: number;
  /** After so many milliseconds in all it is given up, also in the middle of an attempt. */
  readonly totalMs: number;
  /** An attempt that has no answer after so many milliseconds has failed. */
  readonly attemptMs: number;
  /** The wait after the first failure is random up to so many milliseconds; the bound doubles with every failure … */
  readonly baseMs: number;
  /** … up to so many. */
  readonly maxMs: number;
}

export const defaultRetryPolicy: RetryPolicy = {
  attempts: 5,
  totalMs: 60_000,
  attemptMs: 20_000,
  baseMs: 200,
  maxMs: 10_000,
};

export interface Failure {
  /** How many attempts have failed. */
  readonly failures: number;
  /** Milliseconds since the first one began. */
  readonly elapsedMs: number;
  /** What the server asks for, in seconds. */
  readonly retryAfter: number | undefined;
  /** In [0, 1). */
  readonly random: number;
}

/**
 * Milliseconds to wait before the next attempt; undefined: give up. The jitter is full, so that clients which failed
 * together do not come back together; a Retry-After is a time before which nobody comes.
 */
export function waitBeforeRetry(
  policy: RetryPolicy,
  { failures, elapsedMs, retryAfter = 0, random }: Failure,
): number | undefined {
  if (failures >= policy.attempts) return undefined;
  const bound = Math.min(policy.maxMs, policy.baseMs * 2 ** (failures - 1));
  const wait = retryAfter * 1000 + random * bound;
  return elapsedMs + wait < policy.totalMs ? wait : undefined;
}

/** Statuses by which the server says that it has not done it, and may later. */
const notDone: readonly (number | undefined)[] = [429, 503];
/** Of a proxy that did not hear the server's answer. */
const unheard: readonly (number | undefined)[] = [502, 504];

/** @param repeatable doing it twice is doing it once: it is tried again also where it may have been done. */
export function mayRetry({ code, status }: GatehouseError, repeatable: boolean): boolean {
  if (notDone.includes(status)) return true;
  return repeatable && (unheard.includes(status) || code === 'CONNECTION_FAILED' || code === 'TIMED_OUT');
}
