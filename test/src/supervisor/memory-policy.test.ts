// How often memory is looked at, and when it is too much.

import { excessOf, lonelyExcessOf, nextLookMs } from '@gatehouse/host/internal/supervisor/memory/policy';
import fc from 'fast-check';
import t from 'tap';

const mb = 2 ** 20;
const sizes = fc.integer({ min: 0, max: 2000 * mb });
const caps = fc.integer({ min: 16 * mb, max: 1000 * mb });

t.test('whoever is at work is looked at every 5 to 100 ms, the more often the nearer to the cap', async (t) => {
  fc.assert(
    fc.property(sizes, sizes, caps, (a, b, cap) => {
      const [less, more] = [nextLookMs(Math.min(a, b), cap, 'working'), nextLookMs(Math.max(a, b), cap, 'working')];
      return less >= more && more >= 5 && less <= 100;
    }),
  );
  t.equal(nextLookMs(127 * mb, 128 * mb, 'working'), 5);
});

t.test('whoever is busy at this moment is looked at every 5 ms, however far from the cap', async (t) => {
  fc.assert(fc.property(sizes, caps, (used, cap) => nextLookMs(used, cap, 'busy') === 5));
  t.pass();
});

t.test('what it told of and what the process grew by since count together', async (t) => {
  fc.assert(
    fc.property(sizes, sizes, caps, (used, growth, cap) => {
      return (lonelyExcessOf(used, growth, cap) !== undefined) === used + growth > cap;
    }),
  );
  t.match(lonelyExcessOf(30 * mb, 120 * mb, 128 * mb), /150 MB .*grew by 120 MB while it alone was at work.* 128 MB/);
});

t.test('what grows by 2 MB/ms passes its cap by no more than it grows in 5 ms', async (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 64 * mb }), caps, (start, cap) => {
      let used = Math.min(start, cap);
      while (used <= cap) used += nextLookMs(used, cap, 'working') * 2 * mb;
      return used - cap <= 10 * mb;
    }),
  );
  t.pass();
});

t.test('whoever rests is looked at every 4 seconds, or 2 while the process grows', async (t) => {
  t.equal(nextLookMs(127 * mb, 128 * mb, 'resting'), 4000);
  t.equal(nextLookMs(127 * mb, 128 * mb, 'stirring'), 2000);
});

t.test('it is too much from the first byte over the cap, whatever it is made of', async (t) => {
  fc.assert(
    fc.property(sizes, sizes, caps, (heap, external, cap) => {
      return (excessOf({ heap, external }, cap) !== undefined) === heap + external > cap;
    }),
  );
  t.match(
    excessOf({ heap: 30 * mb, external: 120 * mb }, 128 * mb),
    /150 MB .*30 MB of heap, 120 MB of buffers .* 128 MB/,
  );
});
