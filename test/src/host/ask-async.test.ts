// Asking without blocking: the same decisions, deadlines and policies, side by side with asking that blocks.

import type { Decision } from '@gatehouse/host';
import type { MessageEvent } from '@gatehouse/plugin-api';
import t from 'tap';
import { fetched, message } from '../support/events.js';
import { provoking } from '../support/misbehaviours.js';
import { openHost } from '../support/open-host.js';

const hook = 'onMessageEnqueue';
const patientGrace = { gate: { graceMs: 60_000 } };

/** A few turns of the event loop: what was asked is on its way to the plugins, if no other call is. */
async function turns(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise(setImmediate);
}

/** Blocks the thread until `ms` have passed. */
function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

for (const chain of ['sequential', 'parallel'] as const) {
  t.test(`in a ${chain} chain both ways to ask come to the same decisions`, async (t) => {
    const { host } = await openHost(
      t,
      {
        defers: {
          fixture: 'rejects',
          config: { defaults: { max: 30, reason: 'later', retryAfterMs: 1500 } },
          order: 2,
        },
        rejects: { config: { defaults: { max: 40 } }, order: 1 },
        throws: { fixture: 'throws-in-gate', onFault: { threw: 'continue' }, order: 3 },
      },
      { gate: { chain } },
    );
    const events = [message(1), message(35), message(45), provoking(message(1)), provoking(message(35))];
    const blocking = events.map((event) => host.ask(hook, event));
    const decisions = await Promise.all(events.map((event) => host.askAsync(hook, event)));
    t.strictSame(decisions, blocking);
    t.strictSame([...new Set(decisions.map(({ action }) => action))].sort(), ['continue', 'defer', 'reject']);
    const { continued, rejected, deferred } = host.stats().hooks[hook] as unknown as Record<string, number>;
    t.equal(continued! + rejected! + deferred!, 2 * events.length, 'and both are counted');
  });
}

t.test(
  'while a plugin thinks about it the event loop turns, and what is asked meanwhile is asked together',
  async (t) => {
    const { host } = await openHost(t, { 'answers-when-told': {} }, patientGrace);
    const first = host.askAsync(hook, provoking(message(1)));
    await turns();
    const others = [2, 3, 4].map((length) => host.askAsync(hook, provoking(message(length))));
    await turns();
    host.onFetch(fetched(1));
    t.match(await first, { action: 'reject', reason: 'late: 1' });
    await turns();
    // One more fetch answers all the others, so they were put to the plugin together.
    host.onFetch(fetched(1));
    const reasons = (await Promise.all(others)).map((one) => one.action === 'reject' && one.reason);
    t.strictSame(reasons, ['late: 2', 'late: 3', 'late: 4']);
  },
);

for (const isolation of ['thread', 'process'] as const) {
  t.test(
    `a blocking call that finds the session of a ${isolation} taken waits for it, and both are decided`,
    async (t) => {
      const slow = { fixture: 'awaits-its-time', isolation, threads: 1 };
      const { host } = await openHost(t, { slow, rejects: { config: { defaults: { max: 45 } }, order: 1 } });
      for (let round = 0; round < 5; round++) {
        const kept = host.askAsync(hook, message(20));
        const refused = host.askAsync(hook, message(50));
        await turns();
        t.same(host.ask(hook, message(1)), { action: 'continue' });
        t.match(host.ask(hook, message(60)), { action: 'reject', plugin: 'rejects' });
        t.same(await kept, { action: 'continue' });
        t.match(await refused, { action: 'reject', reason: '50 > 45' });
      }
      const [plugin] = (await host.list()).filter(({ name }) => name === 'slow');
      t.match(plugin?.counters, { faults: { 'timed-out': 0, crashed: 0 }, undecided: 0 });
    },
  );

  t.test(`any mix of both ways to ask a plugin with a ${isolation} decides each event for itself`, async (t) => {
    const { host } = await openHost(t, {
      rejects: { config: { defaults: { max: 500 } }, isolation, threads: 2, order: 1 },
      waits: { fixture: 'awaits-its-time', isolation, order: 2 },
    });
    const wrong: unknown[] = [];
    const check = (length: number, decision: Decision) => {
      if ((decision.action === 'reject') !== length > 500) wrong.push([length, decision]);
    };
    const open: Promise<void>[] = [];
    for (let i = 0; i < 600; i++) {
      const length = (i * 7919) % 2 === 0 ? 501 + i : i % 4;
      const event = message(length, i);
      if (i % 5 < 3) open.push(host.askAsync(hook, event).then((decision) => check(length, decision)));
      else check(length, host.ask(hook, event));
      if (i % 7 === 0) await new Promise(setImmediate);
    }
    await Promise.all(open);
    t.strictSame(wrong, []);
  });
}

t.test(
  'a blocking call gives up a session that does not answer within its deadline, and so does the other',
  async (t) => {
    const { host } = await openHost(t, { hangs: { fixture: 'never-settles', deadlineMs: 100 } }, patientGrace);
    const late = host.askAsync(hook, provoking());
    await turns();
    t.match(host.ask(hook, message()), { action: 'defer', plugin: 'hangs', cause: 'timed-out' });
    t.match(await late, { action: 'defer', plugin: 'hangs', cause: 'timed-out' });
    t.match((await host.get('hangs')).counters, { faults: { 'timed-out': 2 } });
  },
);

t.test('a verdict that is in place counts, however late the thread comes to look at it', async (t) => {
  const { host } = await openHost(t, { slow: { fixture: 'awaits-its-time', deadlineMs: 200 } });
  const decision = host.askAsync(hook, message(10));
  await turns();
  block(600);
  t.same(await decision, { action: 'continue' });
  t.match((await host.get('slow')).counters, { faults: { 'timed-out': 0 } });
});

t.test(
  'a plugin that misses its deadline is replaced after its grace, and its events are decided by policy',
  async (t) => {
    const { host, is } = await openHost(
      t,
      { hangs: { fixture: 'never-settles', deadlineMs: 100, onFault: { 'timed-out': 'continue' } } },
      { gate: { graceMs: 50 } },
    );
    const gathered = [message(), provoking()].map((event) => host.askAsync(hook, event));
    const [passed, admitted] = await Promise.all(gathered);
    t.same(passed, { action: 'continue' }, 'the verdict on the other event of the call counts');
    t.match(admitted, { action: 'continue', admittedWithout: ['hangs'], faults: [{ cause: 'timed-out' }] });
    await is('hangs', 'restarting').then(() => is('hangs', 'ready'));
    t.same(await host.askAsync(hook, message()), { action: 'continue' });
  },
);

t.test('an event is not asked again after a crash; others wait for the restart only if they are to', async (t) => {
  const { host } = await openHost(t, { exits: { fixture: 'exits-in-gate' } });
  t.match(await host.askAsync(hook, provoking()), { action: 'defer', plugin: 'exits', cause: 'crashed' });
  t.match(await host.askAsync(hook, message()), { action: 'defer', plugin: 'exits', cause: 'unavailable' });
  t.same(await host.askAsync(hook, message(), { waitForRestartMs: 20_000 }), { action: 'continue' });
});

t.test('each event of a call has its own budget, and one that ends in the call spoils no other', async (t) => {
  const { host, changes } = await openHost(t, { 'answers-when-told': {} }, patientGrace);
  const brief = host.askAsync(hook, provoking(message(1)), { budgetMs: 50 });
  const patient = host.askAsync(hook, provoking(message(2)));
  t.match(await brief, { action: 'defer', plugin: 'answers-when-told', cause: 'timed-out' });
  host.onFetch(fetched(1));
  t.match(await patient, { action: 'reject', reason: 'late: 2' });
  // Nobody waits for the answer of a call that has ended: the next one does, and asks then.
  t.match(await host.askAsync(hook, provoking(message(3)), { budgetMs: 50 }), { cause: 'timed-out' });
  const next = host.askAsync(hook, provoking(message(4)));
  const answers = setInterval(() => host.onFetch(fetched(1)), 20);
  t.match(await next, { action: 'reject', reason: 'late: 4' });
  clearInterval(answers);
  t.strictSame(changes, [], 'and the plugin, which kept its deadline, is not replaced');
});

t.test('an event whose getter asks about another one is decided by itself', async (t) => {
  const { host } = await openHost(t, { rejects: { config: { defaults: { max: 500 } } } });
  let inner: Promise<Decision> | undefined;
  const event = {
    ...message(1000),
    get seq() {
      inner ??= host.askAsync(hook, message(1));
      return 7n;
    },
  };
  t.match(await host.askAsync(hook, event), { action: 'reject', reason: '1000 > 500' });
  t.same(await inner, { action: 'continue' });
});

t.test('an event that was late decides nothing of a later one', async (t) => {
  const { host } = await openHost(
    t,
    { guard: { fixture: 'answers-when-told', onFault: { 'timed-out': 'continue' } }, other: { fixture: 'continues' } },
    patientGrace,
  );
  const first = host.askAsync(hook, provoking(message(1)));
  await turns();
  for (let i = 0; i < 3; i++) {
    const late = await host.askAsync(hook, message(), { budgetMs: 10 });
    const faults = [{ plugin: 'guard', cause: 'timed-out' }];
    t.strictSame(
      late,
      { action: 'defer', plugin: 'other', cause: 'overload', faults },
      'nothing is left of an earlier one',
    );
  }
  const answers = setInterval(() => host.onFetch(fetched(1)), 20);
  t.match(await first, { action: 'reject', reason: 'late: 1' });
  clearInterval(answers);
});

t.test('a verdict that is in place when the budget ends counts, if the call goes on or not', async (t) => {
  const { host } = await openHost(t, { slow: { fixture: 'awaits-its-time', onFault: { 'timed-out': 'reject' } } });
  const alone = host.askAsync(hook, message(5), { budgetMs: 100 });
  await turns();
  block(300);
  t.same(await alone, { action: 'continue' });
  const brief = host.askAsync(hook, message(5), { budgetMs: 100 });
  const long = host.askAsync(hook, message(600));
  await turns();
  block(300);
  t.same(await brief, { action: 'continue' });
  t.same(await long, { action: 'continue' });
});

t.test('an event in the call of a plugin that crashed meanwhile names that plugin when its budget ends', async (t) => {
  const { host } = await openHost(
    t,
    { exits: { fixture: 'exits-in-gate', order: 1 }, hangs: { fixture: 'never-settles', order: 2 } },
    { gate: { chain: 'parallel', graceMs: 60_000 } },
  );
  const decision = await host.askAsync(hook, provoking(), { budgetMs: 500 });
  t.match(decision, { action: 'defer', plugin: 'exits', cause: 'crashed' });
  t.match((await host.get('exits')).counters, { faults: { crashed: 1 } });
});

t.test('what an event said when it was asked is what the plugin and the record get', async (t) => {
  const { host, log } = await openHost(t, { throws: { fixture: 'throws-in-gate', onFault: { threw: 'continue' } } });
  const event = provoking(message(1, 1, 5n));
  const asked = host.askAsync(hook, event);
  Object.assign(event, { seq: 6n, channelId: new Uint8Array(16) });
  t.match(await asked, { action: 'continue', admittedWithout: ['throws'] });
  t.match(log.of(/let through without throws/), [{ audit: true, seq: '5' }]);
});

t.test('an event that was given up is not on record as let through', async (t) => {
  const { host, log } = await openHost(
    t,
    { hangs: { fixture: 'never-settles', deadlineMs: 100, onFault: { 'timed-out': 'continue' } } },
    patientGrace,
  );
  const controller = new AbortController();
  const gone = host.askAsync(hook, provoking(message(1, 1, 1n)), { signal: controller.signal });
  const stays = host.askAsync(hook, provoking(message(1, 1, 2n)));
  await turns();
  controller.abort(new Error('gone'));
  await t.rejects(gone, { message: 'gone' });
  t.match(await stays, { action: 'continue', admittedWithout: ['hangs'] });
  t.match(log.of(/let through without hangs/), [{ seq: '2' }]);
  t.match((await host.get('hangs')).counters, { admitted: { 'timed-out': 1 }, faults: { 'timed-out': 1 } });
});

t.test('an event that left its call is put to no other plugin, and is on record once', async (t) => {
  const { host, log } = await openHost(
    t,
    {
      first: { fixture: 'answers-when-told', onFault: { 'timed-out': 'continue' }, order: 1 },
      second: { fixture: 'names-its-thread', onFault: { 'timed-out': 'continue' }, order: 2 },
    },
    patientGrace,
  );
  const admitted = host.askAsync(hook, provoking(message(1, 1, 1n)), { budgetMs: 50 });
  const stays = host.askAsync(hook, message(1));
  t.match(await admitted, { action: 'continue', admittedWithout: ['first', 'second'] });
  const answers = setInterval(() => host.onFetch(fetched(1)), 20);
  t.match(await stays, { action: 'reject', plugin: 'second' });
  clearInterval(answers);
  t.equal((await log.until('asked')).length, 1);
  t.match((await host.get('second')).counters, { rejected: 1, admitted: { 'timed-out': 1 } });
  t.match(
    log.of(/let through without/).map(({ plugin, seq }) => [plugin, seq]),
    [
      ['first', '1'],
      ['second', '1'],
    ],
  );
});

t.test('an event whose budget ends behind other calls is decided by then, as overload', async (t) => {
  const { host } = await openHost(
    t,
    {
      guard: { fixture: 'answers-when-told' },
      optional: { fixture: 'continues', onFault: { 'timed-out': 'continue' }, order: 1 },
    },
    patientGrace,
  );
  const first = host.askAsync(hook, provoking(message(1)));
  await turns();
  t.match(await host.askAsync(hook, message(), { budgetMs: 20 }), {
    action: 'defer',
    plugin: 'guard',
    cause: 'overload',
  });
  const answers = setInterval(() => host.onFetch(fetched(1)), 20);
  t.match(await first, { action: 'reject', reason: 'late: 1' });
  clearInterval(answers);
  t.match((await host.get('guard')).counters, { overloaded: 1, faults: { 'timed-out': 0 } });
});

t.test(
  'an event that is given up rejects with the reason, in the queue or on its way, and its lane stays owed',
  async (t) => {
    const { host } = await openHost(t, { 'answers-when-told': {} }, patientGrace);
    const asking = new AbortController();
    const waiting = new AbortController();
    const first = host.askAsync(hook, provoking(message(1)), { signal: asking.signal });
    await turns();
    const second = host.askAsync(hook, provoking(message(2)), { signal: waiting.signal });
    const third = host.askAsync(hook, provoking(message(3)));
    const reason = new Error('the client has gone');
    asking.abort(reason);
    waiting.abort(reason);
    await t.rejects(first, reason);
    await t.rejects(second, reason);
    await turns();
    host.onFetch(fetched(1));
    // The first fetch answered the event that was given up, whose call stood on the lane.
    const answers = setInterval(() => host.onFetch(fetched(1)), 20);
    t.match(await third, { action: 'reject', reason: 'late: 3' });
    clearInterval(answers);
    await t.rejects(host.askAsync(hook, message(), { signal: AbortSignal.abort(reason) }), reason);
  },
);

t.test('an event of the wrong shape is refused at once, and spoils no other', async (t) => {
  const { host } = await openHost(t, { continues: {} });
  const good = host.askAsync(hook, message());
  await t.rejects(host.askAsync(hook, { ...message(), payloadLen: 'long' } as unknown as MessageEvent), {
    code: 'EVENT_INVALID',
    message: /payloadLen/,
  });
  t.same(await good, { action: 'continue' });
  await t.rejects(host.askAsync('onNothing' as typeof hook, message()), { code: 'HOOK_UNKNOWN' });
  await t.rejects(host.askAsync(null as never, message() as never), {
    code: 'HOOK_UNKNOWN',
    message: /^null is no gate/,
  });
  await t.rejects(host.askAsync(hook, message(), { waitForRestartMs: 200, budgetMs: 100 }), {
    code: 'OPTIONS_INVALID',
    message: 'askAsync: waitForRestartMs: 200 is more than the budget of 100 ms; set budgetMs too',
  });
  await t.rejects(host.askAsync(hook, message(), { budgetMs: 0, signl: 1 } as never), {
    code: 'OPTIONS_INVALID',
    message:
      'askAsync: signl: there is no such option, did you mean "signal"?; budgetMs: expected a whole number from 1 to 60000 (ms), got 0',
  });
});

t.test('a plugin that is disabled, or a host that closes, decides what it was asked before', async (t) => {
  const { host } = await openHost(t, { slow: { fixture: 'awaits-its-time' }, rest: { fixture: 'continues' } });
  const before = host.askAsync(hook, message(100));
  await turns();
  await host.disable('slow');
  t.same(await before, { action: 'continue' });
  await host.enable('slow');
  const last = host.askAsync(hook, message(100));
  await turns();
  const queued = host.askAsync(hook, message(2));
  await host.close();
  t.same(await last, { action: 'continue' });
  t.same(await queued, { action: 'continue' });
  t.match(await host.askAsync(hook, message()), { action: 'defer', cause: 'unavailable' });
});
