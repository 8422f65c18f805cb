// The end of the supervisor itself: what is decided meanwhile, what comes back, and when that is over for good.

import { setImmediate as turnOfLoop } from 'node:timers/promises';
import type { Decision, Host } from '@gatehouse/host';
import { mayNarrow } from '@gatehouse/host/internal/node-internals/narrow';
import t from 'tap';
import { login, message } from '../support/events.js';
import { provoking } from '../support/misbehaviours.js';
import { openHost, stepsOf } from '../support/open-host.js';
import { becomes, supervisor } from '../support/supervisor-at-hand.js';

/** Decides messages of 1001 bytes, turn by turn, until `end`. */
async function underLoad(host: Host, end: Promise<unknown>): Promise<readonly Decision[]> {
  const decisions: Decision[] = [];
  let isOver = false;
  end.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    decisions.push(host.onMessageEnqueue(message(1001)));
    await turnOfLoop();
  }
  return decisions;
}

/** A guard that refuses messages of more than 1000 bytes, so that whatever continues has passed unasked. */
const guard = { guard: { fixture: 'rejects', config: { defaults: { max: 1000 } }, deadlineMs: 2000 } };

/** A decision that is right: the guard's, or that there was no hearing it. */
const isRight = (decision: Decision) =>
  decision.action === 'reject' ||
  (decision.action === 'defer' && ['unavailable', 'crashed', 'timed-out'].includes(decision.cause));

t.test('a supervisor that is ended under load is replaced with what ran, and nothing passes unasked', async (t) => {
  const { host, changes, is, log } = await openHost(t, { ...guard, observes: {} });
  const [before] = await host.list();
  const restarting = becomes(host, 'restarting');
  const running = becomes(host, 'running');
  const back = running.then(() => Promise.all([is('guard', 'ready'), is('observes', 'ready')]));
  const loaded = underLoad(host, back);
  supervisor().terminate();
  t.match(await restarting, { state: 'restarting', reason: /^the supervisor has ended: .*exited/, ends: 1 });
  const [guardBack] = await back;
  const decisions = await loaded;
  t.same(
    decisions.filter((decision) => !isRight(decision)),
    [],
    `of ${decisions.length}`,
  );
  t.ok(decisions.some((decision) => decision.action === 'defer' && decision.cause === 'unavailable'));
  t.match(host.onMessageEnqueue(message(1001)), { action: 'reject', plugin: 'guard' });
  t.same(host.onMessageEnqueue(message(1)), { action: 'continue' });
  t.match(host.supervisor, { state: 'running', ends: 1, spareThread: mayNarrow ? /^(none|ready)$/ : 'unavailable' });
  t.equal(guardBack.generation, before?.generation, 'it is the same version');
  t.equal(guardBack.counters.crashes, 0, 'and no fault of its own');
  t.same(stepsOf(changes, 'guard'), ['ready → restarting', 'restarting → ready']);
  t.match(log.of(/another takes its place$/), [{ level: 50 }]);
});

t.test('a gate call that waits for a verdict while the supervisor ends is decided at once', async (t) => {
  const { host } = await openHost(t, { 'never-settles': { deadlineMs: 10_000 } });
  supervisor().postMessage('exit');
  const from = performance.now();
  const decision = host.onMessageEnqueue(provoking());
  // It may have ended before it was asked.
  t.match(decision, { action: 'defer', cause: /^(?:crashed|unavailable)$/ });
  t.ok(performance.now() - from < 8000, 'well before the deadline');
  await becomes(host, 'running');
});

t.test('a supervisor that hangs is noticed and replaced', async (t) => {
  const { host, is } = await openHost(t, guard);
  const restarting = becomes(host, 'restarting');
  supervisor().postMessage('hang');
  t.match(await restarting, { reason: 'the supervisor has ended: its thread hung' });
  t.match(host.onMessageEnqueue(message(1001)), { action: 'defer', cause: 'unavailable' });
  await is('guard', 'ready');
  t.match(host.onMessageEnqueue(message(1001)), { action: 'reject' });
});

t.test('an exception in the supervisor is logged, and ends nothing', async (t) => {
  const { host, log } = await openHost(t, guard);
  supervisor().postMessage('throw');
  await log.until(/^the supervisor goes on, but an event of the supervisor failed: a bug of the supervisor$/);
  t.match(host.onMessageEnqueue(message(1001)), { action: 'reject' });
  t.match(host.supervisor, { state: 'running', ends: 0 });
});

t.test('what operators do while there is no supervisor is done by the next one', async (t) => {
  const { host, is, changes } = await openHost(
    t,
    { ...guard, observes: {}, continues: {} },
    { enabled: ['guard', 'observes'] },
  );
  const restarting = becomes(host, 'restarting');
  supervisor().terminate();
  await restarting;
  const [disabled, enabled] = await Promise.all([host.disable('observes'), host.enable('continues')]);
  t.match(disabled, { state: 'disabled', enabled: false });
  t.match(enabled, { state: 'ready', enabled: true });
  await is('guard', 'ready');
  t.equal(stepsOf(changes, 'observes').at(-1), 'stopping → disabled');
  host.onAuth(login('ann'));
});

t.test('a quarantined plugin stays quarantined when the supervisor is replaced', async (t) => {
  const { host, is } = await openHost(t, { 'exits-in-gate': {}, ...guard });
  while ((await host.get('exits-in-gate')).state !== 'quarantined') {
    await is('exits-in-gate', 'ready');
    host.onMessageEnqueue(provoking());
    await Promise.race([is('exits-in-gate', 'restarting'), is('exits-in-gate', 'quarantined')]);
    if ((await host.get('exits-in-gate')).state !== 'quarantined') await is('exits-in-gate', 'ready');
  }
  const { reason } = await host.get('exits-in-gate');
  const running = becomes(host, 'running');
  supervisor().terminate();
  await running;
  await is('guard', 'ready');
  t.match(await host.get('exits-in-gate'), { state: 'quarantined', reason });
});

t.test('the processes of plugins end with their supervisor, and come back with the next one', async (t) => {
  const { host, is } = await openHost(t, { guard: { ...guard.guard, isolation: 'process' } });
  const [pid = 0] = (await host.get('guard')).pids;
  t.ok(pid > 0);
  const restarting = becomes(host, 'restarting');
  supervisor().terminate();
  await restarting;
  t.match(host.onMessageEnqueue(message(1001)), { action: 'defer', cause: 'unavailable' });
  const { pids } = await is('guard', 'ready');
  t.notSame(pids, [pid]);
  t.match(host.onMessageEnqueue(message(1001)), { action: 'reject' });
  await untilGone(pid);
});

t.test(
  'after three ends within a minute it is lost: all plugins have failed, and the gate is unavailable',
  async (t) => {
    const { host, log } = await openHost(t, { ...guard, observes: {} });
    for (const end of [1, 2]) {
      const running = becomes(host, 'running');
      supervisor().terminate();
      t.match(await running, { ends: end });
    }
    const lost = becomes(host, 'lost');
    supervisor().terminate();
    const reason = /^supervisor: lost: the supervisor has ended: .*; it ended 3 times within 60 s$/;
    t.match(await lost, { state: 'lost', reason, ends: 3 });
    for (const status of await host.list()) t.match(status, { state: 'failed', reason });
    t.match(host.onMessageEnqueue(message(1)), { action: 'defer', plugin: 'guard', cause: 'unavailable' });
    t.match(log.of(/^supervisor: lost: .*; no plugin runs any more$/), [{ level: 60 }]);
    await t.rejects(host.enable('guard'), { code: 'PLUGIN_NOT_STARTED', message: reason });
    t.match(host.supervisor, { state: 'lost' });
  },
);

/** A process that nobody has waited for is still in the table: what counts is that it does not run any more. */
async function untilGone(pid: number): Promise<void> {
  if (process.platform !== 'linux') return;
  const { readFile } = await import('node:fs/promises');
  const state = async () => (await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => ') Z ')).split(') ')[1]?.[0];
  const until = performance.now() + 20_000;
  while (!['Z', 'X'].includes((await state()) ?? '')) {
    if (performance.now() > until) throw new Error(`process ${pid} still runs`);
    await turnOfLoop();
  }
}
