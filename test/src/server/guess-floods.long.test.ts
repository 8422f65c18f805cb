// Guesses of passwords for so many names that each cannot have a count of its own.

import { GuessLimits } from '@gatehouse/server/internal/accounts/guess-limits';
import t from 'tap';

const limits = (loginTries: number) => new GuessLimits({ loginTries, loginTriesPerAddress: 0, loginDelaySeconds: 600 });

/** Seconds that a try is told to wait; 0 when it may begin. */
function wait(guesses: GuessLimits, username: string): number {
  try {
    guesses.begin(username, '', 0);
    return 0;
  } catch (error) {
    return (error as { retryAfter: number }).retryAfter;
  }
}

t.test('a count in force is not flushed by 200,000 tries of other names, and memory stays bounded', async (t) => {
  const guesses = limits(2);
  const early = Array.from({ length: 100 }, (_, i) => `early-${i}`);
  for (const name of early) for (const _ of [1, 2]) guesses.begin(name, '', 0);
  for (let i = 0; i < 100_000; i++) wait(guesses, `user-${i}`);
  // There is no room left: these share their counts.
  const late = Array.from({ length: 100 }, (_, i) => `late-${i}`);
  for (const name of late) for (const _ of [1, 2]) wait(guesses, name);
  for (let i = 100_000; i < 200_000; i++) wait(guesses, `user-${i}`);
  const waits = (names: readonly string[]) => names.map((name) => wait(guesses, name));
  t.ok(waits(early).every((seconds) => seconds === 1));
  t.ok(waits(late).every((seconds) => seconds >= 1));
  t.ok(guesses.size <= 50_000 + 65_536, `${guesses.size} counts`);
});

t.test('a success does not clear a count that others share, and room comes back after a quiet hour', async (t) => {
  const guesses = limits(3);
  for (let i = 0; i < 50_000; i++) guesses.begin(`user-${i}`, '', 0);
  for (const _ of [1, 2]) guesses.begin('late', '', 0);
  guesses.succeeded('late', '');
  t.strictSame(
    [1, 2].map(() => wait(guesses, 'late')),
    [0, 0],
  );
  t.equal(wait(guesses, 'late'), 1, 'one of the first two still counts');
  for (let i = 0; i < 20_000; i++) guesses.begin(`new-${i}`, '', 4_000_000);
  t.equal(guesses.size, 50_001, 'the new ones took the room of the old ones');
});
