// Plugins that end their thread: the message in hand is deferred at once, and the plugin comes back.

import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import t from 'tap';
import { message } from '../support/events.js';
import { provoking } from '../support/misbehaviours.js';
import { openHost, stepsOf } from '../support/open-host.js';

const ways: readonly (readonly [title: string, fixture: string, reason: RegExp, deed?: string])[] = [
  ['that exits', 'exits-in-gate', /exited with code: 3/],
  ['that throws in a timer', 'throws-in-a-timer', /in a timer/],
  ['that throws null in a timer', 'throws-in-a-timer', /threw null/, 'null'],
  ['that throws undefined in a timer', 'throws-in-a-timer', /threw undefined/, 'undefined'],
  ['that rejects a promise nobody listens to', 'rejects-unhandled', /nobody listens/],
  ['that exits a tick later', 'exits-in-gate', /exited with code: 1/, 'exit later'],
];

const config = { defaults: { unanswered: true, code: 3 } };
const crashes = { fixture: 'exits-in-gate' };

for (const [title, fixture, reason, deed] of ways) {
  t.test(`a plugin ${title} defers the message long before its deadline, and is restarted`, async (t) => {
    const { host, changes, is } = await openHost(t, { crashes: { fixture, config } });
    t.same(host.onMessageEnqueue(message(1)), { action: 'continue' });
    const from = performance.now();
    t.same(host.onMessageEnqueue(provoking(message(), deed)), {
      action: 'defer',
      plugin: 'crashes',
      cause: 'crashed',
      faults: [{ plugin: 'crashes', cause: 'crashed' }],
    });
    t.ok(performance.now() - from < 5000);
    const status = await is('crashes', 'restarting').then(() => is('crashes', 'ready'));
    t.match(status.reason, reason);
    t.match(status.counters, { crashes: 1, faults: { crashed: 1 } });
    t.same(stepsOf(changes, 'crashes'), ['ready → restarting', 'restarting → ready']);
    t.same(host.onMessageEnqueue(message(1)), { action: 'continue' });
  });
}

t.test('a plugin that crashes again waits longer, and comes back again', async (t) => {
  const { host, is, changes } = await openHost(t, { crashes });
  for (let crash = 0; crash < 3; crash++) {
    t.match(host.onMessageEnqueue(provoking()), { action: 'defer', cause: 'crashed' });
    await is('crashes', 'restarting').then(() => is('crashes', 'ready'));
  }
  t.same(host.onMessageEnqueue(message(1)), { action: 'continue' });
  t.equal((await host.get('crashes')).counters.crashes, 3);
  t.equal(changes.length, 6);
});

t.test('a plugin that is restarting can be disabled, and enabled again', async (t) => {
  const { host, is } = await openHost(t, { crashes: { ...crashes, threads: 3 } });
  for (let round = 0; round < 3; round++) {
    host.askAll(
      'onMessageEnqueue',
      Array.from({ length: 20 }, (_, i) => provoking(message(1, i))),
    );
    await is('crashes', 'restarting');
    // The first restart comes without a wait: it is under way in the first round, and just done in the others.
    for (let turn = 0; turn < round * 40; turn++) await turnOfTheLoop();
    t.match(await host.disable('crashes'), { state: 'disabled', enabled: false });
    t.same(host.onMessageEnqueue(provoking()), { action: 'continue' });
    t.match(await host.enable('crashes'), { state: 'ready', enabled: true });
  }
});

t.test('what a plugin logged before it crashed is in the log, before it says that it restarts', async (t) => {
  const { host, log, is } = await openHost(t, { 'logs-then-exits': {} });
  host.onMessageEnqueue(provoking());
  await is('logs-then-exits', 'restarting');
  t.equal(log.of(/^line \d+$/).length, 100);
});
