// Asking without blocking, over the end of a plugin: it is waited for as long as there is hope for it.

import t from 'tap';
import { message } from '../support/events.js';
import { provoking } from '../support/misbehaviours.js';
import { openHost } from '../support/open-host.js';

const hook = 'onMessageEnqueue';

t.test('a wait for a restart ends with the budget, and with the hope for one', async (t) => {
  const { host } = await openHost(t, { exits: { fixture: 'exits-in-gate' } });
  t.match(await host.askAsync(hook, provoking()), { cause: 'crashed' });
  const brief = { waitForRestartMs: 60_000, budgetMs: 1 };
  t.match(await host.askAsync(hook, message(), brief), {
    action: 'defer',
    cause: /^(unavailable|overload|timed-out)$/,
  });
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
