// Decides whether and when to retry a request: pure, so that it can be tested without a clock.

import type { GatehouseError } from './errors.js';

/** Each number may be Infinity: no limit of that kind. */
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

/** Returns a policy with the default for what is left out. @throws TypeError naming a member that cannot be followed */
export function retryPolicy(given: Partial<RetryPolicy> = {}): RetryPolicy {
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  for (const [name, value] of set) {
    const least = leastOf[name as keyof RetryPolicy];
    if (least === undefined) throw new TypeError(`retry.${name}: there is no such member; ${known}`);
    if (typeof value === 'number' && value >= least) continue;
    throw new TypeError(`retry.${name}: expected a number from ${least} to Infinity, got ${shown(value)}`);
  }
  return { ...defaultRetryPolicy, ...Object.fromEntries(set) };
}

const leastOf: { readonly [M in keyof RetryPolicy]: number } = {
  attempts: 1,
  totalMs: 0,
  attemptMs: 0,
  baseMs: 0,
  maxMs: 0,
};
const known = `known are ${Object.keys(leastOf).join(', ')}`;

function shown(value: unknown): string {
  return typeof value === 'string' ? `the text ${JSON.stringify(value)}` : String(value);
}

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
  // Bounded, because a wait of zero that doubles without end would be no number.
  const doublings = Math.min(failures - 1, mostDoublings);
  const bound = Math.min(policy.maxMs, policy.baseMs * 2 ** doublings);
  const wait = retryAfter * 1000 + (bound === Number.POSITIVE_INFINITY ? bound : random * bound);
  return elapsedMs + wait < policy.totalMs ? wait : undefined;
}

const mostDoublings = 50;

/** Statuses of requests that the server has not carried out, but may later. */
const notDone: readonly (number | undefined)[] = [429, 503];
/** Statuses of a proxy that did not get the server's answer. */
const unheard: readonly (number | undefined)[] = [502, 504];

/** @param repeatable the request is idempotent: it is retried even if it may have been carried out. */
export function mayRetry({ code, status }: GatehouseError, repeatable: boolean): boolean {
  if (notDone.includes(status)) return true;
  return repeatable && (unheard.includes(status) || code === 'CONNECTION_FAILED' || code === 'TIMED_OUT');
}
