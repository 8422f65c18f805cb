// Enabled plugins that take their time to start, or never do: they hold up neither the host's start nor one another.

import t from 'tap';
import { message } from '../support/events.js';
import { openHost } from '../support/open-host.js';

const slow = ['hangs-in-import', 'hangs-in-start', 'spins-in-import', 'spins-in-start'];

t.test('the host starts although plugins do not, which are unavailable until they have failed', async (t) => {
  const from = performance.now();
  const plugins = { ...Object.fromEntries(slow.map((name) => [name, { startMs: 8000 }])), rejects: { order: 1 } };
  const { host, log, is } = await openHost(t, plugins, { readyMs: 1000 });
  t.ok(performance.now() - from < 7900);
  for (const name of slow) t.match(await host.get(name), { state: 'starting', enabled: true });
  t.match(log.of(/^still starting after 1000 ms/)[0]?.msg, new RegExp(slow.join('.*')));
  await is('rejects', 'ready');
  t.match(host.onMessageEnqueue(message(1)), { action: 'reject', plugin: 'rejects' });
  await host.disable('rejects');
  t.match(host.onMessageEnqueue(message(1)), { action: 'defer', plugin: slow[0], cause: 'unavailable' });
  for (const name of slow) t.match((await is(name, 'failed')).reason, /took longer than 8000 ms/);
});

t.test('a plugin that is still starting can be disabled at once', async (t) => {
  const { host, changes } = await openHost(t, { 'hangs-in-start': { stopMs: 200 } }, { readyMs: 100 });
  const from = performance.now();
  t.match(await host.disable('hangs-in-start'), { state: 'disabled', enabled: false });
  t.ok(performance.now() - from < 5000);
  t.notOk(changes.some(({ to }) => to === 'failed'));
  t.same(host.onMessageEnqueue(message(1)), { action: 'continue' });
});
