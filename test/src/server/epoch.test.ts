// The epochs of message numbers.

import { epochAfter, floorOf } from '@gatehouse/server/internal/store/epoch';
import t from 'tap';

const now = Date.UTC(2026, 10, 26);
const day = 86_400_000;

t.test('an epoch is above all before it, also above those that other copies of the store have begun', async (t) => {
  const first = epochAfter(0, now);
  const ofAnotherCopy = epochAfter(0, now + 1);
  const second = epochAfter(first, now + day);
  t.ok(0 < first && first < ofAnotherCopy && ofAnotherCopy < second);
  t.ok(floorOf(ofAnotherCopy) - floorOf(first) > 8_000_000n, 'more than a mailbox gets in a millisecond');
});

t.test('a clock that is wrong begins a higher epoch too', async (t) => {
  const last = epochAfter(0, now);
  for (const wrong of [now, now - 400 * day, 0, Date.UTC(2100, 0, 1)]) t.ok(epochAfter(last, wrong) > last);
});

t.test('numbers have 63 bits, of which the upper 15 are not 0 from the second epoch on', async (t) => {
  t.equal(floorOf(0), 0n);
  t.ok(floorOf(epochAfter(0, 0)) >= 1n << 48n);
  t.ok(floorOf(epochAfter(0, Date.UTC(2060, 0, 1))) < 1n << 63n);
});

t.test('when there are no more epochs, the store is not opened', async (t) => {
  t.throws(() => epochAfter(2 ** 40 - 1, now), { name: 'StoreError', message: /as many epochs/ });
});
