// When a waiting side spins: the policy fed with times and outcomes, without threads and without a clock.

import { SpinPolicy } from '@gatehouse/host/internal/channel/index';
import fc from 'fast-check';
import t from 'tap';

const longestUs = 200;

/** A world in which the next call comes `gapUs` after the last one, plus what being woken costs when asleep. */
function simulate(policy: SpinPolicy, calls: number, gapUs: number, spinsCanHit = true) {
  const wakeUs = 60;
  let spins = 0;
  let spunUs = 0;
  for (let i = 0; i < calls; i++) {
    const us = policy.spinUs();
    const hit = us >= gapUs && spinsCanHit;
    if (us > 0) {
      spins++;
      spunUs += Math.min(us, gapUs);
      if (hit) policy.hit();
      else policy.missed();
    }
    policy.came(hit ? gapUs : gapUs + wakeUs);
  }
  return { spins, spunUs };
}

t.test('a side that is called often comes to spin, though the first calls find it asleep', async (t) => {
  const policy = new SpinPolicy('adaptive', longestUs);
  t.equal(policy.spinUs(), 0, 'nothing is known yet');
  t.ok(simulate(policy, 100, 20).spins > 90);
});

t.test('a side that is called seldom never spins', async (t) => {
  t.equal(simulate(new SpinPolicy('adaptive', longestUs), 1000, 1000).spins, 0);
});

t.test('gaps a little longer than a spin end the spinning within a few calls', async (t) => {
  const policy = new SpinPolicy('adaptive', longestUs);
  simulate(policy, 100, 20);
  t.ok(simulate(policy, 1000, 250).spins <= 10);
});

t.test(
  'spins that can never hit, as with both threads on one core, stop within a few calls and stay rare',
  async (t) => {
    const policy = new SpinPolicy('adaptive', longestUs);
    t.ok(simulate(policy, 16, 0, false).spins <= 3);
    t.ok(simulate(policy, 10_000, 0, false).spins <= 20);
  },
);

t.test('when spinning pays again, the way back is found', async (t) => {
  const policy = new SpinPolicy('adaptive', longestUs);
  simulate(policy, 10_000, 0, false);
  simulate(policy, 1100, 20);
  t.equal(simulate(policy, 1000, 20).spins, 1000);
});

t.test('one long pause between calls is forgotten after a few calls', async (t) => {
  const policy = new SpinPolicy('adaptive', longestUs);
  simulate(policy, 100, 20);
  policy.came(5_000_000);
  t.ok(simulate(policy, 40, 20).spins >= 30);
});

t.test('parking when told to never spins, and a fixed spin always does', async (t) => {
  t.equal(simulate(new SpinPolicy('park', longestUs), 100, 1).spins, 0);
  t.equal(simulate(new SpinPolicy({ spinUs: 5 }, longestUs), 100, 1000).spins, 100);
});

t.test('whatever the load does, what was spun in vain stays a small part of the time', async (t) => {
  const load = fc.array(
    fc.record({ gapUs: fc.integer({ min: 201, max: 5000 }), calls: fc.integer({ min: 200, max: 500 }) }),
    {
      minLength: 1,
      maxLength: 8,
    },
  );
  const property = fc.property(load, (phases) => {
    const policy = new SpinPolicy('adaptive', longestUs);
    const spun = phases.reduce((sum, { calls, gapUs }) => sum + simulate(policy, calls, gapUs).spunUs, 0);
    const time = phases.reduce((sum, { calls, gapUs }) => sum + calls * gapUs, 0);
    return spun < time * 0.1;
  });
  t.notOk(fc.check(property).failed);
});
