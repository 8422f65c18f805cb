// What the host decides when a plugin gives no verdict, and that the fault stays with that plugin. Of time: stalls.test.ts.

import type { FaultCause } from '@gatehouse/host';
import t from 'tap';
import { message } from '../support/events.js';
import { deedsOf, provoking } from '../support/misbehaviours.js';
import { openHost, openHostAt } from '../support/open-host.js';
import { tempFolder } from '../support/temp-folder.js';

const deferredBy = (plugin: string, cause: FaultCause) => ({
  action: 'defer',
  plugin,
  cause,
  faults: [{ plugin, cause }],
});

t.test('a plugin that throws defers that message alone, and says in the log what it threw', async (t) => {
  const { host, log } = await openHost(t, { throws: { fixture: 'throws-in-gate' } });
  t.same(host.onMessageEnqueue(provoking()), deferredBy('throws', 'threw'));
  t.same(host.onMessageEnqueue(message()), { action: 'continue' });
  const [line] = log.of('throws gave no verdict: threw');
  const hook = 'onMessageEnqueue';
  t.match(line, { plugin: 'throws', hook, cause: 'threw', policy: 'defer', detail: /TypeError: no such thing/ });
  t.match((await host.get('throws')).counters, { continued: 1, faults: { threw: 1 }, crashes: 0 });
});

t.test('what was thrown is told with the place that is the plugin’s own, not Node’s or V8’s', async (t) => {
  for (const deed of [`JSON.parse('{')`, `new URL('no url')`]) {
    const module = `export default { apiVersion: 1, onMessageEnqueue: () => ${deed} };`;
    const folder = await tempFolder(t, { 'fails.mjs': module });
    const { host, log } = await openHostAt(t, folder);
    await host.enable('fails');
    t.match(host.onMessageEnqueue(message()), { cause: 'threw' });
    t.match(log.of(/gave no verdict/)[0]?.detail, /Error: .+ \(at .*fails\.mjs:1:\d+\)+$/, deed);
  }
});

t.test('a plugin that answers nonsense defers that message, and is never taken to have let it pass', async (t) => {
  const { host } = await openHost(t, { 'answers-nonsense': {} });
  const deeds = await deedsOf('answers-nonsense');
  t.ok(deeds.length >= 14);
  for (const deed of deeds) {
    t.match(host.onMessageEnqueue(provoking(message(), deed)), { action: 'defer', cause: 'bad-verdict' });
  }
  t.match((await host.get('answers-nonsense')).counters, {
    faults: { 'bad-verdict': deeds.length },
    continued: 0,
    crashes: 0,
  });
});

t.test('faults of one cause are logged once a second, and counted all', async (t) => {
  const { host, log } = await openHost(t, { throws: { fixture: 'throws-in-gate' } });
  for (let i = 0; i < 50; i++) host.onMessageEnqueue(provoking());
  t.ok(log.of(/gave no verdict/).length < 25);
  t.match((await host.get('throws')).counters, { faults: { threw: 50 } });
});

t.test('a fault of one plugin leaves the others as they are', async (t) => {
  const { host, is } = await openHost(t, {
    crashes: { fixture: 'exits-in-gate', order: 2 },
    limiter: { fixture: 'rejects', order: 1, config: { defaults: { max: 2000 } } },
  });
  t.match(host.onMessageEnqueue(provoking()), { action: 'defer', plugin: 'crashes', cause: 'crashed' });
  t.match(host.onMessageEnqueue(message(2001)), { action: 'reject', plugin: 'limiter' });
  t.match(host.onMessageEnqueue(message(1)), { action: 'defer', plugin: 'crashes', cause: 'unavailable' });
  await is('crashes', 'restarting').then(() => is('crashes', 'ready'));
  t.same(host.onMessageEnqueue(message(1)), { action: 'continue' });
  t.match(await host.get('limiter'), { state: 'ready', counters: { continued: 3, rejected: 1, crashes: 0 } });
});

t.test('when one message of several has no verdict, the others keep theirs', async (t) => {
  const { host } = await openHost(t, { 'never-settles': { deadlineMs: 500 } });
  const events = [message(1), provoking(), message(2), provoking()];
  const decisions = host.askAll('onMessageEnqueue', events);
  t.same(
    decisions.map(({ action }) => action),
    ['continue', 'defer', 'continue', 'defer'],
  );
});

t.test('when a plugin spins over the last message of several, the others keep their verdicts', async (t) => {
  const { host } = await openHost(t, { 'spins-in-gate': { deadlineMs: 500 } });
  const decisions = host.askAll('onMessageEnqueue', [message(1), message(2), provoking()]);
  t.same(
    decisions.map(({ action }) => action),
    ['continue', 'continue', 'defer'],
  );
});
