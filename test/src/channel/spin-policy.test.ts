// When a waiting side spins: the policy fed with times and outcomes, without threads and without a clock.

import { CallGaps, type SpinOutcome, SpinPolicy, type WaitMode } from '@gatehouse/host/internal/channel/index';
import fc from 'fast-check';
import t from 'tap';

const longestUs = 200;

/** What a session decides by. */
interface Side {
  readonly policy: SpinPolicy;
  readonly gaps: CallGaps;
}

function side(mode: WaitMode = 'adaptive'): Side {
  return { policy: new SpinPolicy(mode), gaps: new CallGaps(longestUs) };
}

/** A world in which the next call comes `gapUs` after the last one, plus what being woken costs when asleep. */
function simulate({ policy, gaps }: Side, calls: number, gapUs: number, inVain?: SpinOutcome) {
  const wakeUs = 60;
  let spins = 0;
  let spunUs = 0;
  for (let i = 0; i < calls; i++) {
    const us = policy.spinUs(gaps.areShort ? longestUs : 0);
    const hit = us >= gapUs && inVain === undefined;
    if (us > 0) {
      spins++;
      spunUs += Math.min(us, gapUs);
      policy.came(hit ? 'found' : (inVain ?? 'nothing'));
    }
    gaps.came(hit ? gapUs : gapUs + wakeUs);
  }
  return { spins, spunUs };
}

t.test('a side that is called often comes to spin, though the first calls find it asleep', async (t) => {
  const session = side();
  t.notOk(session.gaps.areShort, 'nothing is known yet');
  t.ok(simulate(session, 100, 20).spins > 90);
});

t.test('a side that is called seldom never spins', async (t) => {
  t.equal(simulate(side(), 1000, 1000).spins, 0);
});

t.test('gaps a little longer than a spin end the spinning within a few calls', async (t) => {
  const session = side();
  simulate(session, 100, 20);
  t.ok(simulate(session, 60, 250).spins <= 8);
  t.ok(simulate(session, 1000, 250).spins <= 50);
});

t.test('spins that cost a core, as with both threads on one, stop at once and stay rare', async (t) => {
  const session = side();
  t.ok(simulate(session, 16, 0, 'robbed').spins <= 3);
  t.ok(simulate(session, 10_000, 0, 'robbed').spins <= 90);
});

t.test('spins that can never hit stop within a few calls, and then are a few in a hundred calls', async (t) => {
  const session = side();
  t.ok(simulate(session, 60, 0, 'nothing').spins <= 8);
  t.ok(simulate(session, 10_000, 0, 'nothing').spins <= 400);
});

t.test('when spinning pays again, the way back is found', async (t) => {
  const session = side();
  simulate(session, 10_000, 0, 'nothing');
  simulate(session, 300, 20);
  t.equal(simulate(session, 1000, 20).spins, 1000);
});

t.test('one long pause between calls is forgotten after a few calls', async (t) => {
  const session = side();
  simulate(session, 100, 20);
  session.gaps.came(5_000_000);
  t.ok(simulate(session, 40, 20).spins >= 30);
});

t.test('parking when told to never spins, and a fixed spin always does', async (t) => {
  t.equal(simulate(side('park'), 100, 1).spins, 0);
  t.equal(simulate(side({ spinUs: 5 }), 100, 1000).spins, 100);
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
    const session = side();
    const spun = phases.reduce((sum, { calls, gapUs }) => sum + simulate(session, calls, gapUs).spunUs, 0);
    const time = phases.reduce((sum, { calls, gapUs }) => sum + calls * gapUs, 0);
    // At the worst three times eight spins in the first 216 calls; from then on ever less.
    return spun < time * 0.12;
  });
  t.notOk(fc.check(property).failed);
});
