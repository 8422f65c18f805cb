// The waits between restarts.

import {
  type CrashRecord,
  crashed,
  noCrashes,
  restartDelay,
} from '@gatehouse/host/internal/supervisor/restart/backoff';
import fc from 'fast-check';
import t from 'tap';

const lives = fc.array(fc.oneof(fc.integer({ min: 0, max: 59_999 }), fc.integer({ min: 60_000, max: 1e9 })), {
  maxLength: 60,
});
const chance = fc.double({ min: 0, max: 1, noNaN: true });
const after = (livesMs: readonly number[]) => livesMs.reduce<CrashRecord>(crashed, noCrashes);

t.test('the first crash costs no wait, the next ones ever more', async (t) => {
  const delays = [1, 2, 3, 4, 5].map((crashes) => restartDelay(after(Array(crashes).fill(10)), 0));
  t.same(delays, [0, 100, 200, 400, 800]);
});

t.test('a wait is never negative and never longer than 30 seconds', async (t) => {
  fc.assert(
    fc.property(lives, chance, (lives, chance) => {
      const delay = restartDelay(after(lives), chance);
      return delay >= 0 && delay <= 30_000;
    }),
  );
  t.pass();
});

t.test(
  'with equal luck, one more crash in a row never makes the wait shorter, and in the end it is the longest',
  async (t) => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2000 }), chance, (crashes, chance) => {
        const now = { inARow: crashes };
        return restartDelay(crashed(now, 10), chance) >= restartDelay(now, chance);
      }),
    );
    t.equal(restartDelay({ inARow: 5000 }, 0), 30_000);
  },
);

t.test('luck takes a quarter off at most', async (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 100 }), chance, (inARow, chance) => {
      const full = restartDelay({ inARow }, 0);
      return restartDelay({ inARow }, chance) >= full * 0.75;
    }),
  );
  t.pass();
});

t.test('a session that lived a minute makes what went before forgotten', async (t) => {
  fc.assert(
    fc.property(lives, fc.integer({ min: 60_000, max: 1e9 }), (lives, livedMs) => {
      return restartDelay(crashed(after(lives), livedMs), 0) === 0;
    }),
  );
  t.pass();
});
