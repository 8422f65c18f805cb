// The retry policy, for any policy and any failure.

import { mock } from 'node:test';
import { connect, GatehouseError } from '@gatehouse/client';
import { errorFrom } from '@gatehouse/client/internal/errors';
import { retryAfterIn } from '@gatehouse/client/internal/retry-after';
import { mayRetry, retryPolicy, waitBeforeRetry } from '@gatehouse/client/internal/retry-policy';
import { sleep, timeLimit } from '@gatehouse/client/internal/timer';
import { within } from '@gatehouse/support/deadline';
import { after } from '@gatehouse/support/timer';
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

const tooLong = [2 ** 31, 1e15, Number.POSITIVE_INFINITY];

t.test('a time that is longer than a timer can hold does not end at once', async (t) => {
  const warnings: string[] = [];
  const note = ({ name }: Error) => void warnings.push(name);
  process.on('warning', note);
  t.teardown(() => process.removeListener('warning', note));
  const stop = new AbortController();
  const ended: string[] = [];
  const pending: Promise<unknown>[] = [];
  for (const ms of tooLong) {
    pending.push(sleep(ms, stop.signal).then(() => ended.push(`sleep ${ms}`)));
    const limit = timeLimit(ms, stop.signal);
    limit.signal.addEventListener('abort', () => limit.isOver() && ended.push(`limit ${ms}`));
    const settled = sleep(20).then(() => limit.clear());
    pending.push(within(ms, settled, 'late').catch(() => ended.push(`deadline ${ms}`)));
    const cancel = after(ms, () => ended.push(`after ${ms}`), { keepsAlive: false });
    pending.push(settled.then(cancel));
  }
  // Timers that overflowed would have fired first: after 1 ms.
  await sleep(20);
  stop.abort();
  await Promise.allSettled(pending);
  t.strictSame(ended, []);
  t.strictSame(warnings, []);
});

t.test('and it does end when it is over', async (t) => {
  mock.timers.enable({ apis: ['setTimeout'] });
  t.teardown(() => mock.timers.reset());
  const ended: string[] = [];
  const longest = 2 ** 31 - 1;
  const limit = timeLimit(3 * longest + 5);
  limit.signal.addEventListener('abort', () => ended.push('limit'));
  after(2 * longest + 5, () => ended.push('after'));
  void sleep(1e15).then(() => ended.push('sleep'));
  for (const expected of [[], [], [], ['after'], ['after', 'limit']]) {
    t.strictSame(ended, expected);
    mock.timers.tick(longest);
  }
  t.ok(limit.isOver());
});

t.test('Retry-After is read as seconds or as a date of HTTP, and nothing else', async (t) => {
  const now = Date.UTC(2026, 0, 1);
  const table: readonly (readonly [string | null, number | undefined])[] = [
    [null, undefined],
    ['0', 0],
    ['120', 120],
    ['1000000000000', 1e12],
    ['9'.repeat(400), Number.POSITIVE_INFINITY],
    ['Thu, 01 Jan 2026 00:02:00 GMT', 120],
    ['Thursday, 01-Jan-26 00:02:00 GMT', 120],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['Thu, 99 Foo 2026', undefined],
    ['-5', undefined],
    ['1.5', undefined],
    ['NaN', undefined],
    ['soon', undefined],
    ['', undefined],
  ];
  for (const [header, seconds] of table) t.equal(retryAfterIn(header, now), seconds, `${header}`);
  for (const retryAfter of ['5', -5, null, {}]) {
    const problem = { type: '', title: '', status: 429, code: 'RATE_LIMITED', retryAfter: retryAfter as number };
    t.equal(errorFrom(problem).retryAfter, undefined);
  }
});

t.test('a huge Retry-After is given up, or waited for where there is no limit of time', async (t) => {
  const failure = { failures: 1, elapsedMs: 0, random: 0.5 };
  const patient = retryPolicy({ totalMs: Number.POSITIVE_INFINITY, maxMs: 0 });
  for (const retryAfter of [1e6, 1e12, Number.POSITIVE_INFINITY, Number.NaN]) {
    t.equal(waitBeforeRetry(retryPolicy(), { ...failure, retryAfter }), undefined, `${retryAfter}`);
  }
  t.equal(waitBeforeRetry(patient, { ...failure, retryAfter: 1e12 }), 1e15);
  t.equal(waitBeforeRetry(patient, { ...failure, retryAfter: Number.POSITIVE_INFINITY }), undefined);
});

t.test('numbers without an end are numbers: attempts, waits and their doubling', async (t) => {
  const endless = Number.POSITIVE_INFINITY;
  const policy = retryPolicy({ attempts: endless, totalMs: endless, attemptMs: endless, maxMs: endless });
  for (const random of [0, 0.5]) {
    const wait = waitBeforeRetry(policy, { failures: 5_000, elapsedMs: 1, retryAfter: 0, random });
    t.ok(wait !== undefined && Number.isFinite(wait), `${wait}`);
  }
  const atOnce = waitBeforeRetry(
    { ...policy, baseMs: 0 },
    { failures: 5_000, elapsedMs: 1, retryAfter: 0, random: 0.5 },
  );
  t.equal(atOnce, 0);
});

t.test('a policy that cannot be followed is refused with its member named', async (t) => {
  const wrong = (retry: object, message: string) =>
    t.throws(() => connect({ url: 'http://localhost', retry }), { name: 'TypeError', message });
  wrong({ attempts: 0 }, 'retry.attempts: expected a number from 1 to Infinity, got 0');
  wrong({ totalMs: Number.NaN }, 'retry.totalMs: expected a number from 0 to Infinity, got NaN');
  wrong({ maxMs: '5' }, 'retry.maxMs: expected a number from 0 to Infinity, got the text "5"');
  wrong({ total: 5 }, 'retry.total: there is no such member; known are attempts, totalMs, attemptMs, baseMs, maxMs');
  t.strictSame(retryPolicy({ totalMs: undefined } as object), retryPolicy(), 'left out is left out');
});
