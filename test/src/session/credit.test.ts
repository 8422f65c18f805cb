// The credit of what a plugin writes.

import { Credit } from '@gatehouse/support/credit';
import fc from 'fast-check';
import t from 'tap';

const spendings = fc.array(
  fc.record({ after: fc.integer({ min: 0, max: 3000 }), cost: fc.integer({ min: 1, max: 40 }) }),
);

t.test('over any time, no more is spent than what there was and what came in', async (t) => {
  fc.assert(
    fc.property(spendings, (spendings) => {
      const credit = new Credit(10, 50, 0);
      let now = 0;
      let spent = 0;
      for (const { after, cost } of spendings) {
        now += after;
        if (credit.spend(cost, now)) spent += cost;
      }
      return spent <= 50 + now / 100;
    }),
  );
  t.pass();
});

t.test('whoever keeps to the rate is never refused', async (t) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 100, max: 5000 })), (gaps) => {
      const credit = new Credit(10, 1, 0);
      let now = 0;
      return gaps.every((gap) => {
        now += gap + 0.001;
        return credit.spend(1, now);
      });
    }),
  );
  t.pass();
});

t.test('a refusal takes nothing, and a rest fills it up to its most', async (t) => {
  const credit = new Credit(10, 5, 0);
  t.notOk(credit.spend(6, 0));
  t.ok(credit.spend(5, 0));
  t.notOk(credit.spend(1, 99));
  t.ok(credit.spend(1, 101));
  t.ok(credit.spend(5, 60_000));
  t.notOk(credit.spend(1, 60_000));
});
