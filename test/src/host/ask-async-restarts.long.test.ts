// Asking without blocking, over the end of a plugin: it is waited for as long as there is hope for it.

import t from 'tap';
import { fetched, message } from '../support/events.js';
import { provoking } from '../support/misbehaviours.js';
import { openHost } from '../support/open-host.js';

const hook = 'onMessageEnqueue';

t.test('a wait for a restart ends with the hope for one', async (t) => {
  const { host } = await openHost(t, { exits: { fixture: 'exits-in-gate' } });
  t.match(await host.askAsync(hook, provoking()), { cause: 'crashed' });
  const patient = { waitForRestartMs: 60_000, budgetMs: 60_000 };
  while ((await host.get('exits')).state !== 'quarantined') await host.askAsync(hook, provoking(), patient);
  t.match(await host.askAsync(hook, message(), patient), { action: 'defer', cause: 'unavailable' });
});

t.test('under crashes every event is decided, and none passes that a plugin had to refuse', async (t) => {
  const { host } = await openHost(t, {
    guard: { fixture: 'rejects', config: { defaults: { max: 500 } }, threads: 2 },
    'fails-by-number': { order: 200, onFault: { default: 'continue' } },
  });
  const decided = { passed: 0, refused: 0, deferred: 0 };
  const wrong: unknown[] = [];
  const open: Promise<void>[] = [];
  for (let i = 0; i < 3000; i++) {
    const length = i % 3 === 0 ? 1000 : 1;
    const asked = host.askAsync(hook, message(length, i, BigInt(i)), { waitForRestartMs: 5000, budgetMs: 10_000 });
    open.push(
      asked.then((decision) => {
        if (decision.action === 'continue' && length > 500) wrong.push([i, decision]);
        decided[decision.action === 'continue' ? 'passed' : decision.action === 'reject' ? 'refused' : 'deferred']++;
      }),
    );
    if (i % 20 === 0) host.ask(hook, message(1, i));
    if (i % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await Promise.all(open);
  t.strictSame(wrong, []);
  t.equal(decided.passed + decided.refused + decided.deferred, 3000);
  t.ok(decided.refused >= 1000 && decided.passed > 0, JSON.stringify(decided));
  t.equal((await host.get('guard')).counters.faults.crashed, 0);
});

const restarting = {
  ready: { fixture: 'continues', onFault: { 'timed-out': 'reject' }, order: 1 },
  slow: {
    fixture: 'exits-in-gate',
    config: { defaults: { startsMs: 1500 } },
    onFault: { 'timed-out': 'continue', unavailable: 'defer' },
  },
} as const;
const patient = { waitForRestartMs: 60_000, budgetMs: 60_000 };

t.test('a wait for a restart that uses up the budget counts as unavailable, and holds up no other event', async (t) => {
  const { host, is } = await openHost(t, restarting);
  t.match(await host.askAsync(hook, provoking()), { cause: 'crashed' });
  await is('slow', 'restarting');
  const waits = host.askAsync(hook, message(), patient);
  t.match(await host.askAsync(hook, message()), { action: 'defer', cause: 'unavailable' });
  const brief = { waitForRestartMs: 100, budgetMs: 100 };
  t.match(await host.askAsync(hook, message(), brief), { action: 'defer', plugin: 'slow', cause: 'unavailable' });
  t.same(await waits, { action: 'continue' });
});

t.test('neither a disable nor a close waits for a restart that an event waits for', async (t) => {
  const { host, is } = await openHost(t, restarting);
  await host.askAsync(hook, provoking());
  await is('slow', 'restarting');
  const waits = host.askAsync(hook, message(), patient);
  await host.disable('slow');
  t.same(await waits, { action: 'continue' }, 'without the plugin');
  await host.enable('slow');
  await host.askAsync(hook, provoking());
  await is('slow', 'restarting');
  const last = host.askAsync(hook, message(), patient);
  await host.close();
  t.match(await last, { action: 'defer', cause: 'unavailable' });
});

t.test('a queue that is full defers what is beyond it, and is decided in the end', async (t) => {
  const { host } = await openHost(t, { 'answers-when-told': {} }, { gate: { graceMs: 60_000, budgetMs: 60_000 } });
  const asked = Array.from({ length: 66_000 }, (_, i) =>
    host.askAsync(hook, i === 0 ? provoking(message(1)) : message(1)),
  );
  t.match(await asked.at(-1), { action: 'defer', cause: 'overload' });
  const answers = setInterval(() => host.onFetch(fetched(1)), 20);
  const actions = (await Promise.all(asked)).map(({ action }) => action);
  clearInterval(answers);
  t.equal(actions[0], 'reject');
  const count = (wanted: string) => actions.filter((action) => action === wanted).length;
  t.equal(count('defer') + count('continue') + 1, 66_000);
  t.equal(count('defer'), 66_000 - 65_536);
});
