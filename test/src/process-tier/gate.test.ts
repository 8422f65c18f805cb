// A plugin in a process of its own is asked as one in a thread is, and its faults are the same.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import t from 'tap';
import { message } from '../support/events.js';
import { provoking } from '../support/misbehaviours.js';
import { openHost, stepsOf } from '../support/open-host.js';
import { isAlive } from './processes.js';

const isolation = 'process';

t.test('it lets pass and rejects, with its configuration and its reasons', async (t) => {
  const { host } = await openHost(t, { rejects: { isolation, config: { defaults: { max: 10 } } } });
  t.same(host.onMessageEnqueue(message(10)), { action: 'continue' });
  t.match(host.onMessageEnqueue(message(11)), { action: 'reject', plugin: 'rejects', reason: '11 > 10' });
  const lengths = Array.from({ length: 200 }, (_, i) => i % 20);
  const decisions = host.askAll(
    'onMessageEnqueue',
    lengths.map((length) => message(length)),
  );
  t.same(
    decisions.map(({ action }) => action),
    lengths.map((length) => (length > 10 ? 'reject' : 'continue')),
  );
});

t.test('the operator can put any plugin into a process, and the status names tier and process', async (t) => {
  const { host } = await openHost(t, { continues: { threads: 2 } }, { isolation: { continues: isolation } });
  const { isolation: tier, pids, state } = await host.get('continues');
  t.match({ tier, state }, { tier: 'process', state: 'ready' });
  t.equal(new Set(pids).size, 2);
  t.notOk(pids.includes(process.pid));
  t.ok(pids.every(isAlive));
  await host.disable('continues');
  t.notOk(pids.some(isAlive), 'disable ends the processes');
  t.same((await host.get('continues')).pids, []);
});

t.test('a handler that throws and one that answers nonsense are told apart', async (t) => {
  const { host } = await openHost(t, {
    throws: { fixture: 'throws-in-gate', isolation },
    nonsense: { fixture: 'answers-nonsense', isolation, order: 200 },
  });
  // A deed that both know: one throws nothing, the other answers nothing.
  const event = provoking(message(), 'null');
  const { faults = [] } = host.onMessageEnqueue(event);
  t.match(faults[0], { plugin: 'throws', cause: 'threw' });
  await host.disable('throws');
  t.match(host.onMessageEnqueue(event).faults?.[0], { plugin: 'nonsense', cause: 'bad-verdict' });
});

t.test('a handler may answer later; what it answered before another one hangs counts', async (t) => {
  const { host } = await openHost(t, { 'never-settles': { isolation, deadlineMs: 500 } }, { gate: { graceMs: 0 } });
  const events = [message(1), message(2), provoking(), message(3)];
  const decisions = host.askAll('onMessageEnqueue', events);
  t.same(
    decisions.map((decision) => ('cause' in decision ? decision.cause : decision.action)),
    ['continue', 'continue', 'timed-out', 'continue'],
  );
});

t.test('verdicts that were given before a handler loops for ever count as well', async (t) => {
  const { host, is } = await openHost(
    t,
    { hangs: { fixture: 'spins-in-gate', isolation, deadlineMs: 500 } },
    { gate: { graceMs: 0 } },
  );
  const [first] = (await host.get('hangs')).pids;
  const events = [message(1), message(2), provoking(), message(3)];
  const decisions = host.askAll('onMessageEnqueue', events);
  t.same(
    decisions.map((decision) => ('cause' in decision ? decision.cause : decision.action)),
    ['continue', 'continue', 'timed-out', 'timed-out'],
  );
  await is('hangs', 'restarting').then(() => is('hangs', 'ready'));
  t.notOk(isAlive(first!), 'the process that looped is gone');
  t.same(host.onMessageEnqueue(message(1)), { action: 'continue' });
});

const ways: readonly (readonly [title: string, fixture: string, reason: RegExp, deed?: string])[] = [
  ['that exits', 'exits-in-gate', /exited with code: 0; it had onMessageEnqueue with .*payloadLen=1001/],
  ['that throws in a timer', 'throws-in-a-timer', /in a timer/],
  ['that throws null in a timer', 'throws-in-a-timer', /threw null/, 'null'],
  ['that rejects a promise nobody listens to', 'rejects-unhandled', /nobody listens/],
];

const config = { defaults: { unanswered: true } };

for (const [title, fixture, reason, deed] of ways) {
  t.test(`a plugin ${title} has crashed, and is restarted in a new process`, async (t) => {
    const { host, changes, is } = await openHost(t, { crashes: { fixture, config, isolation } });
    const [first] = (await host.get('crashes')).pids;
    const decision = host.onMessageEnqueue(provoking(message(1001), deed));
    t.match(decision, { action: 'defer', plugin: 'crashes', cause: 'crashed' });
    const status = await is('crashes', 'restarting').then(() => is('crashes', 'ready'));
    t.match(status.reason, reason);
    t.not(status.pids[0], first);
    t.same(stepsOf(changes, 'crashes'), ['ready → restarting', 'restarting → ready']);
    t.same(host.onMessageEnqueue(message(1)), { action: 'continue' });
  });
}

t.test('a process that somebody kills has crashed; six times in a minute, and it is quarantined', async (t) => {
  const { host, is } = await openHost(t, { continues: { isolation } });
  for (let crash = 0; crash < 5; crash++) {
    const restarting = is('continues', 'restarting');
    process.kill((await host.get('continues')).pids[0]!, 'SIGKILL');
    t.match((await restarting).reason, /ended by SIGKILL/);
    await is('continues', 'ready');
  }
  const quarantined = is('continues', 'quarantined');
  process.kill((await host.get('continues')).pids[0]!, 'SIGKILL');
  t.match((await quarantined).reason, /it crashed 6 times within 60 s.*SIGKILL/);
});

t.test('a process that somebody kills during a call is decided as crashed, well before the deadline', async (t) => {
  const hangs = { fixture: 'never-settles', isolation, deadlineMs: 30_000 };
  const { host } = await openHost(t, { hangs }, { gate: { budgetMs: 30_000 } });
  const [pid] = (await host.get('hangs')).pids;
  // This thread sleeps in the call meanwhile.
  const killer = spawn('sh', ['-c', `sleep 0.2; kill -9 ${pid}`]);
  t.match(host.onMessageEnqueue(provoking()), { action: 'defer', plugin: 'hangs', cause: 'crashed' });
  await once(killer, 'exit');
});

t.test('a process that somebody stops holds nobody longer than its deadline, and is replaced', async (t) => {
  const plugins = { continues: { isolation, deadlineMs: 300 } };
  const { host, is } = await openHost(t, plugins, { gate: { graceMs: 0 } });
  const [pid] = (await host.get('continues')).pids;
  process.kill(pid!, 'SIGSTOP');
  const from = performance.now();
  t.match(host.onMessageEnqueue(message(1)), { action: 'defer', cause: 'timed-out' });
  t.ok(performance.now() - from < 5000);
  await is('continues', 'restarting').then(() => is('continues', 'ready'));
  t.notOk(isAlive(pid!));
  t.same(host.onMessageEnqueue(message(1)), { action: 'continue' });
});

t.test('a thousand messages in one call are answered each in its place', async (t) => {
  const config = { defaults: { max: 10 } };
  const { host } = await openHost(t, { rejects: { isolation, config } }, { gate: { callMax: 1000 } });
  const lengths = Array.from({ length: 1000 }, (_, i) => i % 20);
  for (let call = 0; call < 5; call++) {
    const decisions = host.askAll(
      'onMessageEnqueue',
      lengths.map((length) => message(length)),
    );
    t.ok(decisions.every(({ action }, i) => action === (lengths[i]! > 10 ? 'reject' : 'continue')));
  }
});

t.test('it cannot send signals to the process of its host', async (t) => {
  const { host } = await openHost(t, { 'kills-the-parent': { isolation } });
  t.match(host.onMessageEnqueue(provoking()), { action: 'reject', reason: /no plugin may send signals/ });
});

t.test('a stop is as clean as that of a thread', async (t) => {
  const { host, log } = await openHost(t, { 'tells-its-life': { isolation } });
  await host.disable('tells-its-life');
  t.same(log.of(/not stopped cleanly|ended while it stopped/), []);
});
