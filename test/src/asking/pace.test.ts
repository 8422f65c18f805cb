// How many messages go into one call of a plugin, by how the calls before went.

import { Pace } from '@gatehouse/host/internal/asking/pace';
import t from 'tap';

const deadlineMs = 50;

/** Calls of a plugin that takes `ms` for each message, with `waiting` messages at each; the size of each call. */
function sizes(pace: Pace, calls: number, waiting: number, msOf: (count: number) => number): number[] {
  return Array.from({ length: calls }, () => {
    const count = Math.min(pace.size, waiting);
    const ms = msOf(count);
    if (ms > deadlineMs) pace.missed(count);
    else pace.answered(count, ms, deadlineMs);
    return count;
  });
}

t.test(
  'a plugin that works on each message for 40 ms comes to be asked about one at a time, and stays there',
  async (t) => {
    const work = (count: number) => count * 40;
    t.strictSame(sizes(new Pace(), 8, 64, work), [64, 32, 16, 8, 4, 2, 1, 1]);
  },
);

t.test('a plugin whose handlers wait side by side for 40 ms is asked about as many as there are', async (t) => {
  t.strictSame(
    sizes(new Pace(), 5, 64, () => 40),
    [64, 64, 64, 64, 64],
  );
});

t.test('a plugin that has become quick again is asked about more and more', async (t) => {
  const pace = new Pace();
  sizes(pace, 7, 64, (count) => count * 40);
  t.strictSame(
    sizes(pace, 8, 64, () => 1),
    [1, 2, 4, 8, 16, 32, 64, 64],
  );
});

t.test('a call that was smaller than allowed says nothing of larger ones', async (t) => {
  const pace = new Pace();
  pace.missed(8);
  t.equal(pace.size, 4);
  pace.answered(3, 1, deadlineMs);
  t.equal(pace.size, 4);
  pace.answered(4, 24, deadlineMs);
  t.equal(pace.size, 8);
});

t.test('a call is not begun that would not be answered in the time that is left', async (t) => {
  const pace = new Pace();
  t.ok(pace.fits(1), 'nothing is known yet');
  pace.missed(2);
  pace.answered(1, 40, deadlineMs);
  t.ok(pace.fits(40));
  t.notOk(pace.fits(39));
});
