// The retry policy, for any policy and any failure.

import { GatehouseError } from '@gatehouse/client';
import { mayRetry, waitBeforeRetry } from '@gatehouse/client/internal/retry-policy';
import fc from 'fast-check';
import t from 'tap';

const policies = fc.record({
  attempts: fc.integer({ min: 1, max: 20 }),
  totalMs: fc.integer({ min: 0, max: 600_000 }),
  attemptMs: fc.integer({ min: 1, max: 60_000 }),
  baseMs: fc.integer({ min: 0, max: 10_000 }),
  maxMs: fc.integer({ min: 0, max: 60_000 }),
});
const failures = fc.record({
  failures: fc.integer({ min: 1, max: 40 }),
  elapsedMs: fc.double({ min: 0, max: 1_000_000, noNaN: true }),
  retryAfter: fc.option(fc.double({ min: 0, max: 1_000, noNaN: true }), { nil: undefined }),
  random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
});

t.test('it never comes before Retry-After, nor later after it than the bound, nor when the time is over', async () => {
  fc.assert(
    fc.property(policies, failures, (policy, failure) => {
      const wait = waitBeforeRetry(policy, failure);
      if (wait === undefined) return true;
      const asked = (failure.retryAfter ?? 0) * 1000;
      const bound = Math.min(policy.maxMs, policy.baseMs * 2 ** (failure.failures - 1));
      return wait >= asked && wait <= asked + bound && failure.elapsedMs + wait < policy.totalMs;
    }),
  );
});

t.test('it is tried no more often than there are attempts, and given up only for a reason', async () => {
  fc.assert(
    fc.property(policies, failures, (policy, failure) => {
      const isGivenUp = waitBeforeRetry(policy, failure) === undefined;
      if (failure.failures >= policy.attempts) return isGivenUp;
      const latest = failure.elapsedMs + (failure.retryAfter ?? 0) * 1000 + policy.maxMs;
      return !isGivenUp || latest >= policy.totalMs;
    }),
  );
});

t.test('the jitter is full: the wait may be anything up to the bound', async (t) => {
  const policy = { attempts: 9, totalMs: 60_000, attemptMs: 1, baseMs: 100, maxMs: 300 };
  const at = (failures: number, random: number) =>
    waitBeforeRetry(policy, { failures, elapsedMs: 0, retryAfter: undefined, random });
  t.strictSame([at(1, 0), at(1, 0.5), at(2, 0.5), at(3, 0.5)], [0, 50, 100, 150]);
});

t.test('it depends on what went wrong, and on whether it can be repeated', async (t) => {
  const table: readonly (readonly [string, number | undefined, boolean, boolean])[] = [
    // code, status, when it can be repeated, when it cannot
    ['CONNECTION_FAILED', undefined, true, false],
    ['TIMED_OUT', undefined, true, false],
    ['RATE_LIMITED', 429, true, true],
    ['HOOK_UNAVAILABLE', 503, true, true],
    ['UNREADABLE_ANSWER', 502, true, false],
    ['UNREADABLE_ANSWER', 504, true, false],
    ['UNREADABLE_ANSWER', 200, false, false],
    ['INTERNAL', 500, false, false],
    ['STORAGE_FULL', 507, false, false],
    ['MAILBOX_FULL', 409, false, false],
    ['UNAUTHENTICATED', 401, false, false],
  ];
  for (const [code, status, repeatable, once] of table) {
    const error = new GatehouseError(code, { status });
    t.strictSame([mayRetry(error, true), mayRetry(error, false)], [repeatable, once], `${code} ${status}`);
  }
});
