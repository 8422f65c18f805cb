// Deadlines and the budget: no plugin holds the server, a late answer decides nothing, and who stays silent is replaced.

import t from 'tap';
import { fetched, message } from '../support/events.js';
import { provoking } from '../support/misbehaviours.js';
import { openHost, stepsOf } from '../support/open-host.js';

/** Room for what a busy machine does between two lines of a test, in ms. */
const noise = 1000;

const patientGrace = { gate: { graceMs: 60_000 } };

/** What the call came to, and how many ms it took. */
function timed<T>(call: () => T): readonly [T, number] {
  const from = performance.now();
  return [call(), performance.now() - from];
}

for (const [fixture, how] of [
  ['never-settles', 'that never answers'],
  ['spins-in-gate', 'that spins'],
] as const) {
  t.test(`a plugin ${how} is waited for until its deadline, and replaced after its grace`, async (t) => {
    const deadlineMs = 200;
    const { host, changes, is } = await openHost(t, { hangs: { fixture, deadlineMs } }, { gate: { graceMs: 100 } });
    const [decision, took] = timed(() => host.onMessageEnqueue(provoking()));
    t.match(decision, { action: 'defer', plugin: 'hangs', cause: 'timed-out' });
    t.ok(took >= deadlineMs - 1 && took < deadlineMs + noise, `${took} ms`);
    const status = await is('hangs', 'restarting').then(() => is('hangs', 'ready'));
    t.match(status, { counters: { crashes: 1, faults: { 'timed-out': 1 } }, generation: 1 });
    t.match(status.reason, /missed its deadline of 200 ms in onMessageEnqueue, .* within 100 ms after it/);
    t.same(stepsOf(changes, 'hangs'), ['ready → restarting', 'restarting → ready']);
    t.same(host.onMessageEnqueue(message()), { action: 'continue' });
  });
}

t.test(
  'a plugin that missed its deadline times out at once until it has answered, and is asked again then',
  async (t) => {
    const deadlineMs = 300;
    const { host, log, changes } = await openHost(t, { 'answers-when-told': { deadlineMs } }, patientGrace);
    t.match(host.onMessageEnqueue(provoking()), { action: 'defer', cause: 'timed-out' });
    const [decisions, took] = timed(() => Array.from({ length: 100 }, () => host.onMessageEnqueue(message(1))));
    t.ok(took < deadlineMs, `100 calls took ${took} ms`);
    for (const decision of decisions) t.match(decision, { action: 'defer', cause: 'timed-out' });
    const [line] = log.of(/gave no verdict: timed-out/);
    t.match(line, { cause: 'timed-out' });
    host.onFetch(fetched(1));
    await log.until('answered');
    t.same(host.onMessageEnqueue(message(1)), { action: 'continue' }, 'and not what it said of the other message');
    t.same(changes, [], 'it was not replaced');
  },
);

t.test('an answer that comes too late decides no other call', async (t) => {
  const { host, log } = await openHost(t, { 'answers-when-told': { deadlineMs: 100 } }, patientGrace);
  for (let round = 1; round <= 5; round++) {
    const late = [provoking(message(1000 + round)), message(1), provoking(message(2000 + round))];
    t.same(
      host.askAll('onMessageEnqueue', late).map(({ action }) => action),
      ['defer', 'continue', 'defer'],
    );
    host.onFetch(fetched(1));
    await log.until('answered', round);
    const next = host.askAll('onMessageEnqueue', [message(1), message(2), message(3)]);
    t.same(next, [{ action: 'continue' }, { action: 'continue' }, { action: 'continue' }]);
  }
  t.match((await host.get('answers-when-told')).counters, { rejected: 0, continued: 20, crashes: 0 });
});

t.test('a plugin that answers within its grace is not replaced, however often that is needed', async (t) => {
  const hangs = { fixture: 'never-settles', deadlineMs: 20, order: 200 };
  const plugins = { 'answers-when-told': { deadlineMs: 20 }, hangs };
  const { host, log, changes, is } = await openHost(t, plugins, {
    gate: { graceMs: 1500 },
    policies: { 'answers-when-told': 'continue' },
  });
  for (let round = 1; round <= 3; round++) {
    host.onMessageEnqueue(provoking());
    host.onFetch(fetched(1));
    await log.until('answered', round);
  }
  // The other one missed its deadline after all of these, so its grace ends after theirs would have.
  host.onMessageEnqueue(provoking());
  host.onFetch(fetched(1));
  await is('hangs', 'restarting');
  t.same(stepsOf(changes, 'answers-when-told'), []);
});

for (const chain of ['sequential', 'parallel'] as const) {
  for (const [fixture, how] of [
    ['never-settles', 'never answer'],
    ['spins-in-gate', 'spin'],
  ] as const) {
    t.test(`five plugins that ${how}, asked in ${chain}, hold a call no longer than the budget`, async (t) => {
      const budgetMs = 300;
      const names = Array.from({ length: 5 }, (_, i) => `hangs-${i}`);
      const plugins = Object.fromEntries(names.map((name) => [name, { fixture, deadlineMs: 200 }]));
      const policies = Object.fromEntries(names.map((name) => [name, 'continue'] as const));
      const { host } = await openHost(t, plugins, { gate: { budgetMs, chain }, policies });
      const [decision, took] = timed(() => host.onMessageEnqueue(provoking()));
      t.match(decision, { action: 'continue', faults: names.map((plugin) => ({ plugin, cause: 'timed-out' })) });
      t.comment(`${took - (chain === 'parallel' ? 200 : budgetMs)} ms over`);
      t.ok(took < budgetMs + noise, `${took} ms`);
    });
  }
}

t.test('an optional plugin that hangs leaves the guard behind it time to be asked', async (t) => {
  const { host } = await openHost(
    t,
    { hangs: { fixture: 'never-settles', deadlineMs: 5000, order: 1 }, innocent: { fixture: 'continues', order: 2 } },
    { gate: { budgetMs: 400 }, policies: { hangs: 'continue' } },
  );
  const decision = host.onMessageEnqueue(provoking());
  t.match(decision, {
    action: 'continue',
    admittedWithout: ['hangs'],
    faults: [{ plugin: 'hangs', cause: 'timed-out' }],
  });
  t.equal((await host.get('innocent')).counters.continued, 1);
});

t.test('behind optional plugins that are slow a guard has the last word', async (t) => {
  const slow = { fixture: 'takes-its-time', deadlineMs: 10_000 };
  const { host } = await openHost(
    t,
    {
      one: { ...slow, order: 1 },
      two: { ...slow, order: 2 },
      guard: { fixture: 'rejects', config: { defaults: { max: 10 } }, deadlineMs: 5000, order: 3 },
    },
    { gate: { budgetMs: 1000 }, policies: { one: 'continue', two: 'continue' } },
  );
  const decision = host.onMessageEnqueue(message(700));
  t.match(decision, { action: 'reject', plugin: 'guard' });
  t.match(decision.faults, [
    { plugin: 'one', cause: 'timed-out' },
    { plugin: 'two', cause: 'timed-out' },
  ]);
});

t.test('an optional plugin that is not asked for want of time is not taken for one that hangs', async (t) => {
  const { host, log } = await openHost(
    t,
    {
      hangs: { fixture: 'never-settles', deadlineMs: 5000, order: 1 },
      innocent: { fixture: 'continues', order: 2 },
      guard: { fixture: 'continues', order: 3 },
    },
    { gate: { budgetMs: 400 }, policies: { hangs: 'continue', innocent: 'continue' } },
  );
  const faults = [
    { plugin: 'hangs', cause: 'timed-out' },
    { plugin: 'innocent', cause: 'timed-out' },
  ];
  t.match(host.onMessageEnqueue(provoking()), { action: 'continue', faults });
  t.match(log.of(/innocent gave no verdict/), [{ detail: /budget of the chain was used up before it was asked/ }]);
  t.match(host.onMessageEnqueue(message(1)), { action: 'continue', admittedWithout: ['hangs'] });
});

t.test(
  'more messages than a guard gets through in the budget are deferred as overload, not as its fault',
  async (t) => {
    const plugins = { slow: { fixture: 'takes-its-time', deadlineMs: 10_000 } };
    const { host } = await openHost(t, plugins, { gate: { budgetMs: 200, callMax: 1 } });
    const events = Array.from({ length: 20 }, () => message(50));
    const [decisions, took] = timed(() => host.askAll('onMessageEnqueue', events));
    t.ok(took < 200 + 50 + noise, `${took} ms`);
    t.match(decisions[0], { action: 'continue' });
    t.match(decisions.at(-1), { action: 'defer', plugin: 'slow', cause: 'overload' });
    const { counters } = await host.get('slow');
    t.equal(counters.overloaded, decisions.filter((one) => one.action === 'defer' && one.cause === 'overload').length);
  },
);

t.test('messages whose handlers only wait are decided side by side', async (t) => {
  const { host } = await openHost(t, { waits: { fixture: 'awaits-its-time' } }, { gate: { budgetMs: 10_000 } });
  const events = Array.from({ length: 64 }, () => message(400));
  // One after the other they would take 26 s.
  const decisions = host.askAll('onMessageEnqueue', events);
  t.ok(decisions.every(({ action }) => action === 'continue'));
});
