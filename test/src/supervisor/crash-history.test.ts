// When a plugin that keeps crashing is given up.

import { trialMs } from '@gatehouse/host/internal/contract/trial';
import {
  type CrashHistory,
  givenUpFor,
  onTrialUntil,
  withCrash,
} from '@gatehouse/host/internal/supervisor/restart/crash-history';
import fc from 'fast-check';
import t from 'tap';

const minute = 60_000;
const gaps = fc.array(fc.integer({ min: 0, max: 40_000 }), { minLength: 1, maxLength: 40 });

/** The times of crashes with these gaps, each after the one before. */
function timesOf(gaps: readonly number[]): number[] {
  let now = 0;
  return gaps.map((gap) => {
    now += gap;
    return now;
  });
}

const after = (times: readonly number[], from: CrashHistory = onTrialUntil(Number.NEGATIVE_INFINITY)) =>
  times.reduce(withCrash, from);

t.test('a plugin is given up with its sixth crash within a minute, and never before', async (t) => {
  fc.assert(
    fc.property(gaps, (gaps) => {
      const times = timesOf(gaps);
      const latest = times.at(-1)!;
      const within = times.filter((time) => latest - time < minute).length;
      return (givenUpFor(after(times)) !== undefined) === within > 5;
    }),
  );
  t.equal(givenUpFor(onTrialUntil(Number.NEGATIVE_INFINITY)), undefined);
  t.equal(givenUpFor(after([1, 2, 3, 4, 5])), undefined);
  t.equal(givenUpFor(after([1, 2, 3, 4, 5, 6])), 'it crashed 6 times within 60 s');
});

t.test('what lies further back than a minute is forgotten, so that the memory of crashes is bounded', async (t) => {
  fc.assert(
    fc.property(gaps, (gaps) => {
      const times = timesOf(gaps);
      const { at } = after(times);
      return at.every((time) => times.at(-1)! - time < minute) && at.at(-1) === times.at(-1);
    }),
  );
  t.pass();
});

t.test('one that was released is given up with its first crash within a minute of that', async (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 0, max: 3 * minute }), (released, lived) => {
      const reason = givenUpFor(after([released + lived], onTrialUntil(released + trialMs)));
      return (reason !== undefined) === lived < minute;
    }),
  );
  t.match(givenUpFor(after([10], onTrialUntil(trialMs))), /within 60 s of its release/);
});
