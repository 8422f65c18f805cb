// How many requests are admitted at a time: a model of a server on a clock of its own.

import { Overload } from '@gatehouse/server/internal/http/overload/overload';
import t from 'tap';

const least = 16;

/** A server that works off `perMs` requests, each turn all those that are in flight, with so many arriving per ms. */
function simulate(overload: Overload, { perMs, arrivalsPerMs, ms }: Record<'perMs' | 'arrivalsPerMs' | 'ms', number>) {
  let [now, inFlight, owed] = [0, 0, 0];
  const turns: { now: number; turnMs: number; admitted: number; refused: number }[] = [];
  while (now < ms) {
    const turnMs = Math.max(1, inFlight / perMs);
    now += turnMs;
    overload.turned(turnMs, now);
    for (let i = 0; i < inFlight; i++) overload.release();
    owed += turnMs * arrivalsPerMs;
    let admitted = 0;
    let refused = 0;
    for (; owed >= 1; owed--) {
      if (overload.admit(now)) admitted += 1;
      else refused += 1;
    }
    inFlight = admitted;
    turns.push({ now, turnMs, admitted, refused });
  }
  return turns;
}

const total = (turns: ReturnType<typeof simulate>, what: 'admitted' | 'refused') =>
  turns.reduce((sum, turn) => sum + turn[what], 0);

t.test('nothing is refused of what can be done', async (t) => {
  const overload = new Overload({ delayMs: 25, least, atRest: () => 0 });
  t.equal(total(simulate(overload, { perMs: 10, arrivalsPerMs: 9, ms: 5_000 }), 'refused'), 0);
  t.equal(overload.limit, Number.POSITIVE_INFINITY);
});

t.test('of twice what can be done about half is refused, and turns stay as short as they are to be', async (t) => {
  const overload = new Overload({ delayMs: 25, least, atRest: () => 0 });
  const turns = simulate(overload, { perMs: 10, arrivalsPerMs: 20, ms: 10_000 });
  const settled = turns.filter(({ now }) => now > 1_000);
  const turnMs = settled.map((turn) => turn.turnMs).sort((a, b) => a - b);
  t.ok(turnMs.at(-1)! < 60, `no turn is long: ${turnMs.at(-1)} ms`);
  const done = total(settled, 'admitted') / 9_000;
  t.ok(done > 8 && done <= 10.5, `the server is kept at work: ${done} per ms`);
  t.ok(overload.isShedding(turns.at(-1)!.now));
});

/** With so many in flight, and a delay that stands from 0 to 100 ms. */
function delayed(by: number, inFlight: number) {
  const overload = new Overload({ delayMs: 25, least, atRest: () => 0 });
  for (let i = 0; i < inFlight; i++) overload.admit(0);
  for (let now = 50; now <= 100; now += 50) {
    overload.waited(by);
    overload.turned(50, now);
  }
  return overload;
}

t.test('however many were admitted, the first limit is at once in proportion to the delay', async (t) => {
  const { limit } = delayed(200, 1_000);
  t.ok(limit < 1_000 * (25 / 150) && limit >= 1_000 * (25 / 200), `${limit}`);
});

t.test('between half the delay that may stand and all of it the limit stays as it is', async (t) => {
  const overload = delayed(200, 1_000);
  const { limit } = overload;
  t.notOk(overload.admit(100), 'all is admitted, so it sheds');
  for (let now = 120; now <= 300; now += 20) overload.turned(20, now);
  t.equal(overload.limit, limit);
  for (let now = 305; now <= 400; now += 5) overload.turned(5, now);
  t.ok(overload.limit > limit, 'it grows when the delay is short');
});

t.test('a single long turn is no overload, nor are seldom ones', async (t) => {
  const overload = new Overload({ delayMs: 25, least: 1, atRest: () => 0 });
  let now = 0;
  const pass = (turnMs: number, ms: number) => {
    now += ms;
    overload.turned(turnMs, now);
  };
  for (let i = 0; i < 100; i++) {
    overload.admit(now);
    pass(200, 200);
    overload.release();
    for (let j = 0; j < 100; j++) pass(1, 1);
    // The loop sleeps in between.
    pass(60, 1_000);
  }
  t.equal(overload.limit, Number.POSITIVE_INFINITY);
});

t.test('however long they wait, some are admitted: what blocks may not depend on how many there are', async (t) => {
  const overload = new Overload({ delayMs: 25, least, atRest: () => 0 });
  let now = 0;
  const took: number[] = [];
  for (let i = 0; i < 100; i++) {
    now += 100;
    overload.turned(100, now);
    overload.waited(300);
    const admitted = Array.from({ length: 1_000 }, () => overload.admit(now)).filter(Boolean).length;
    for (let j = 0; j < admitted; j++) overload.release();
    took.push(admitted);
  }
  t.equal(took.at(-1), least);
});

t.test('when the overload is over there is no limit any more', async (t) => {
  const overload = new Overload({ delayMs: 25, least, atRest: () => 0 });
  const { now } = simulate(overload, { perMs: 10, arrivalsPerMs: 40, ms: 2_000 }).at(-1)!;
  t.not(overload.limit, Number.POSITIVE_INFINITY);
  for (let ms = 0; ms < 1_500; ms += 10) overload.turned(1, now + ms);
  t.equal(overload.limit, Number.POSITIVE_INFINITY);
  t.notOk(overload.isShedding(now + 1_500));
});

t.test('those who only wait are no work, and without a bound nothing is refused', async (t) => {
  let atRest = 0;
  const resting = new Overload({ delayMs: 25, least, atRest: () => atRest });
  const { now, admitted } = simulate(resting, { perMs: 10, arrivalsPerMs: 40, ms: 2_000 }).at(-1)!;
  for (let i = 0; i < admitted; i++) resting.release();
  let refused = 0;
  for (; atRest < 10_000; atRest++) if (!resting.admit(now)) refused += 1;
  t.equal(refused, 0);
  const unbound = new Overload({ delayMs: 0, least, atRest: () => 0 });
  t.equal(total(simulate(unbound, { perMs: 10, arrivalsPerMs: 20, ms: 1_000 }), 'refused'), 0);
});
