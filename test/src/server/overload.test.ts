// How many requests are admitted at a time: a model of a server on a clock of its own.

import { Overload } from '@gatehouse/server/internal/http/overload/overload';
import t from 'tap';

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
  const overload = new Overload({ delayMs: 25, atRest: () => 0 });
  t.equal(total(simulate(overload, { perMs: 10, arrivalsPerMs: 9, ms: 5_000 }), 'refused'), 0);
  t.equal(overload.limit, Number.POSITIVE_INFINITY);
});

t.test('of twice what can be done about half is refused, and turns stay as short as they are to be', async (t) => {
  const overload = new Overload({ delayMs: 25, atRest: () => 0 });
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
  const overload = new Overload({ delayMs: 25, atRest: () => 0 });
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

t.test(
  'while it sheds the limit follows the turns: shorter while they are long, more while they are short',
  async (t) => {
    const overload = delayed(200, 1_000);
    const first = overload.limit;
    t.notOk(overload.admit(100), 'all is admitted, so it sheds');
    for (let i = 0; i < 1_000; i++) overload.release();
    const turns = (ms: number, until: number) => {
      const from = until - 200;
      for (let now = from; now <= until; now += ms) {
        for (let admitted = overload.limit; admitted > 0; admitted--) overload.admit(now);
        overload.turned(ms, now);
        for (let admitted = overload.limit; admitted > 0; admitted--) overload.release();
      }
    };
    turns(20, 350);
    const second = overload.limit;
    t.ok(second < first);
    turns(5, 550);
    t.equal(overload.limit, second, 'in between it stays');
    turns(2, 750);
    t.ok(overload.limit > second, 'it grows when turns are short');
  },
);

/** A server that stores `perMs` at most, behind a flush of 4 ms, and takes a sixth of a message's time for a refusal. */
function goodputAt(load: number, connections = 1_000): { readonly stored: number; readonly turnMs: number } {
  const [perMs, flushMs] = [8, 4];
  const overload = new Overload({ delayMs: 25, atRest: () => 0 });
  const flushes: { readonly at: number; readonly messages: number }[] = [];
  let [now, due, underWay, stored, turns] = [0, 0, 0, 0, 0];
  while (now < 20_000) {
    // Of the requests that are due, each connection carries one; the others wait in the clients.
    const arrived = Math.floor(Math.min(due, connections - underWay));
    let admitted = 0;
    for (let i = 0; i < arrived; i++) if (overload.admit(now)) admitted += 1;
    due -= arrived;
    const refusalsMs = ((arrived - admitted) / perMs) * (1 / 6);
    const turnMs = 0.2 + admitted / perMs + refusalsMs;
    now += turnMs;
    turns += 1;
    due = Math.min(due + turnMs * perMs * load, 10_000);
    underWay += admitted;
    if (admitted > 0) flushes.push({ at: now + flushMs, messages: admitted });
    while (flushes.length > 0 && flushes[0]!.at <= now) {
      const { messages } = flushes.shift()!;
      for (let i = 0; i < messages; i++) overload.release();
      overload.served(messages, flushMs);
      underWay -= messages;
      stored += messages;
    }
    overload.turned(turnMs, now, refusalsMs);
  }
  return { stored: stored / now / perMs, turnMs: now / turns };
}

t.test('the more is refused, the less is stored, as refusing takes time, and no less than that', async (t) => {
  for (const [load, least] of [
    [1.2, 0.85],
    [2, 0.65],
    [4, 0.25],
  ] as const) {
    const { stored, turnMs } = goodputAt(load);
    t.ok(stored >= least, `${stored.toFixed(2)} at ${load} times the load`);
    t.ok(turnMs < 10, `turns of ${turnMs.toFixed(1)} ms`);
  }
});

t.test('clients that come again at once after each refusal do not bring the server to a standstill', async (t) => {
  const { stored } = goodputAt(1_000, 256);
  t.ok(stored >= 0.3, `${stored.toFixed(2)}`);
});

t.test('who is refused may come again the later, the more are refused, and not all at once', async (t) => {
  const overload = new Overload({ delayMs: 25, atRest: () => 0 });
  t.equal(overload.retryAfter(), 1);
  simulate(overload, { perMs: 10, arrivalsPerMs: 40, ms: 5_000 });
  const told = Array.from({ length: 100 }, () => overload.retryAfter());
  t.ok(new Set(told).size >= 5, [...new Set(told)].join());
  t.equal(Math.min(...told), 1);
  t.ok(Math.max(...told) <= 30);
});

t.test('a single long turn is no overload, nor are seldom ones', async (t) => {
  const overload = new Overload({ delayMs: 25, atRest: () => 0 });
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

t.test('however long they wait, as many are admitted as keep the gate and the store at work', async (t) => {
  const overload = new Overload({ delayMs: 25, atRest: () => 0 });
  let now = 0;
  const took: number[] = [];
  for (let i = 0; i < 100; i++) {
    now += 100;
    // Each call of the gate takes 100 ms, for one message or for 20.
    overload.served(20, 100);
    overload.turned(100, now);
    overload.waited(300);
    const admitted = Array.from({ length: 1_000 }, () => overload.admit(now)).filter(Boolean).length;
    for (let j = 0; j < admitted; j++) overload.release();
    took.push(admitted);
  }
  t.ok(took.at(-1)! >= 20 && took.at(-1)! <= 60, `${took.at(-1)}`);
});

t.test('when the overload is over there is no limit any more', async (t) => {
  const overload = new Overload({ delayMs: 25, atRest: () => 0 });
  const { now } = simulate(overload, { perMs: 10, arrivalsPerMs: 40, ms: 2_000 }).at(-1)!;
  t.not(overload.limit, Number.POSITIVE_INFINITY);
  for (let ms = 0; ms < 1_500; ms += 10) overload.turned(1, now + ms);
  t.equal(overload.limit, Number.POSITIVE_INFINITY);
  t.notOk(overload.isShedding(now + 1_500));
});

t.test('those who only wait are no work, and without a bound nothing is refused', async (t) => {
  let atRest = 0;
  const resting = new Overload({ delayMs: 25, atRest: () => atRest });
  const { now, admitted } = simulate(resting, { perMs: 10, arrivalsPerMs: 40, ms: 2_000 }).at(-1)!;
  for (let i = 0; i < admitted; i++) resting.release();
  let refused = 0;
  for (; atRest < 10_000; atRest++) if (!resting.admit(now)) refused += 1;
  t.equal(refused, 0);
  const unbound = new Overload({ delayMs: 0, atRest: () => 0 });
  t.equal(total(simulate(unbound, { perMs: 10, arrivalsPerMs: 20, ms: 1_000 }), 'refused'), 0);
});
