// Decides whether and when to retry a request: pure, so that it can be tested without a clock.

import type { GatehouseError } from './errors.js';

export interface RetryPolicy {
  /** Most attempts of a request; 1: no retries. */
  readonly attempts: number;
  /** Milliseconds after which it is given up, even in the middle of an attempt. */
  readonly totalMs: number;
  /** Milliseconds after which an attempt without an answer has failed. */
  readonly attemptMs: number;
  /** Bound of the random wait after the first failure, in milliseconds; it doubles with every failure … */
  readonly baseMs: number;
  /** … up to this. */
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
  /** Number of failed attempts. */
  readonly failures: number;
  /** Milliseconds since the first one began. */
  readonly elapsedMs: number;
  /** The server's Retry-After, in seconds. */
  readonly retryAfter: number | undefined;
  /** In [0, 1). */
  readonly random: number;
}

/**
 * Returns the milliseconds to wait before the next attempt; undefined: give up. The jitter is full, so that clients
 * that failed together do not retry together. No client retries before a Retry-After is over.
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

/** Statuses of requests that the server has not carried out, but may later. */
const notDone: readonly (number | undefined)[] = [429, 503];
/** Statuses of a proxy that did not get the server's answer. */
const unheard: readonly (number | undefined)[] = [502, 504];

/** @param repeatable the request is idempotent: it is retried even if it may have been carried out. */
export function mayRetry({ code, status }: GatehouseError, repeatable: boolean): boolean {
  if (notDone.includes(status)) return true;
  return repeatable && (unheard.includes(status) || code === 'CONNECTION_FAILED' || code === 'TIMED_OUT');
}
