// Enabling and disabling plugins while the host runs.

import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { login, message } from '../support/events.js';
import { addPlugin, openHost, stepsOf } from '../support/open-host.js';

t.test('a plugin takes part from when enable has returned until disable is called', async (t) => {
  const { host, changes } = await openHost(t, { rejects: {} }, { enabled: [] });
  t.match(await host.get('rejects'), { state: 'disabled', enabled: false, hooks: [], generation: 0 });
  t.same(host.onMessageEnqueue(message()), { action: 'continue' });
  t.match(await host.enable('rejects'), {
    state: 'ready',
    enabled: true,
    hooks: ['onMessageEnqueue'],
    generation: 1,
  });
  t.match(host.onMessageEnqueue(message()), { action: 'reject' });
  const disabling = host.disable('rejects');
  t.match(await disabling, { state: 'disabled', enabled: false, counters: { rejected: 1 } });
  t.same(host.onMessageEnqueue(message()), { action: 'continue' });
  t.same(stepsOf(changes, 'rejects'), [
    'disabled → starting',
    'starting → ready',
    'ready → stopping',
    'stopping → disabled',
  ]);
});

t.test('enable and disable change nothing when it is so already', async (t) => {
  const { host, changes } = await openHost(t, { continues: {} });
  t.match(await host.enable('continues'), { state: 'ready', generation: 1 });
  t.same(changes, []);
  await host.disable('continues');
  t.match(await host.disable('continues'), { state: 'disabled', generation: 1 });
  t.equal(changes.length, 2);
});

t.test('enable and disable called together take effect in turn', async (t) => {
  const { host } = await openHost(t, { continues: {} }, { enabled: [] });
  const calls = [
    host.enable('continues'),
    host.disable('continues'),
    host.enable('continues'),
    host.enable('continues'),
    host.disable('continues'),
    host.enable('continues'),
  ];
  t.same(
    (await Promise.all(calls)).map(({ state }) => state),
    ['ready', 'disabled', 'ready', 'ready', 'disabled', 'ready'],
  );
  t.match(await host.get('continues'), { state: 'ready', enabled: true, generation: 3 });
});

t.test('a plugin that nobody has heard of is refused by its name, with those that there are', async (t) => {
  const { host } = await openHost(t, { continues: {} }, { enabled: [] });
  for (const act of ['get', 'enable', 'disable'] as const) {
    await t.rejects(host[act]('nobody'), { code: 'PLUGIN_UNKNOWN', plugin: 'nobody', message: /continues/ });
  }
});

t.test('a broken plugin is refused with what is wrong, and can be enabled once that is mended', async (t) => {
  const { host, folder } = await openHost(t, {}, { enabled: [] });
  await addPlugin(folder, 'continues', { threads: 99 });
  await t.rejects(host.enable('continues'), { code: 'PLUGIN_INVALID', message: /threads/ });
  t.match(await host.get('continues'), { state: 'invalid', reason: /threads/, enabled: false });
  await rm(join(folder, 'continues'), { recursive: true });
  await addPlugin(folder, 'continues');
  t.match(await host.enable('continues'), { state: 'ready', reason: '' });
});

t.test('a configuration that does not fit is refused, and the plugin stays as it was', async (t) => {
  const config = { schema: { type: 'object', properties: { max: { type: 'integer' } } } };
  const given = { enabled: [], config: { rejects: { max: 'much' } } };
  const { host, log } = await openHost(t, { rejects: { config } }, given);
  await t.rejects(host.enable('rejects'), { code: 'PLUGIN_CONFIG_INVALID', message: /config\.max/ });
  t.match(log.of(/^not enabled: .*config\.max/), [{ plugin: 'rejects', code: 'PLUGIN_CONFIG_INVALID' }]);
  t.match(await host.get('rejects'), { state: 'disabled', enabled: false });
});

t.test('a plugin that is dropped into the folder while the host runs can be enabled', async (t) => {
  const { host, folder } = await openHost(t, {});
  await addPlugin(folder, 'rejects');
  t.same(
    (await host.rescan()).plugins.map(({ name, state }) => [name, state]),
    [['rejects', 'disabled']],
  );
  await host.enable('rejects');
  t.match(host.onMessageEnqueue(message()), { action: 'reject' });
});

t.test('a plugin gets the configuration of the operator over its defaults, its name, and no environment', async (t) => {
  const { host, log, folder } = await openHost(
    t,
    { 'tells-its-life': { config: { defaults: { a: 1, b: 2 } } } },
    { config: { 'tells-its-life': { b: 3 } }, enabled: [] },
  );
  await writeFile(join(folder, 'env.mjs'), environmentPlugin);
  await host.enable('tells-its-life');
  await host.enable('env');
  const [started] = await log.until('started');
  t.match(started, {
    plugin: 'tells-its-life',
    fields: { name: 'tells-its-life', config: { a: 1, b: 3 }, frozen: true },
  });
  t.match((await log.until('environment'))[0], { fields: { names: [] } });
  host.onAuth(login('ann'));
  await host.disable('tells-its-life');
  await log.until('stopped');
  const own = log.all.filter(({ plugin, from }) => plugin === 'tells-its-life' && from === undefined);
  t.same(
    own.map(({ msg }) => msg),
    ['started', 'saw ann', 'aborted', 'stopped'],
  );
});

const environmentPlugin = `import { definePlugin } from '@gatehouse/plugin-api';
export default definePlugin({ start: ({ log }) => log.info({ names: Object.keys(process.env) }, 'environment'), onFetch() {} });
`;
