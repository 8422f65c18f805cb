// Plugins that are to run and are not there: listed, missed by the gate, and started when they are found again.

import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { message } from '../support/events.js';
import { addPlugin, openHost, openHostAt } from '../support/open-host.js';
import { play, willing } from '../support/played-registry.js';
import { pluginFiles, tempFolder } from '../support/temp-folder.js';

const leftovers: readonly (readonly [
  what: string,
  files: Readonly<Record<string, string | object>>,
  reason: RegExp,
])[] = [
  ['is mistyped', pluginFiles('guard'), /gaurd is in none of the plugin folders .*, did you mean "guard"\?/],
  [
    'has no field "gatehouse" any more',
    { 'gaurd/package.json': { name: 'gaurd' } },
    /gaurd is no plugin, because .*no field/,
  ],
  [
    'was renamed to .txt',
    { 'gaurd.txt': '' },
    /gaurd\.txt is no plugin, because it is no folder, and no file that ends in/,
  ],
  ['has only its types left', { 'gaurd.d.ts': '' }, /gaurd\.d\.ts is no plugin, because it declares types/],
  ['was hidden', { '.gaurd.js': '' }, /\.gaurd\.js is no plugin, because its name begins with a dot/],
  ['has lost its package.json', { 'gaurd/index.js': '' }, /gaurd is no plugin, because it has no package\.json/],
  ['is alone in its folder and gone', {}, /gaurd is in none of the plugin folders/],
];

for (const [what, files, reason] of leftovers) {
  t.test(
    `a plugin that is enabled and ${what} is missing, and a guard of everything as long as nobody knows better`,
    async (t) => {
      const folder = await tempFolder(t, files);
      const { registry, calls } = await play(t, willing, { folders: [folder], enabledAtFirst: ['gaurd'] });
      const found = (await registry.list()).find(({ name }) => name === 'gaurd');
      t.match(found, { state: 'missing', enabled: true, reason });
      t.match(registry.conditions, [{ name: 'plugin-missing', plugin: 'gaurd', isMissed: true }]);
      t.ok(registry.plugins.find(({ name }) => name === 'gaurd')?.implements('onMessageEnqueue'));
      t.same(calls, []);
    },
  );
}

t.test('a missing guard defers, its policy for unavailable decides otherwise, and disable ends it', async (t) => {
  const { host, log } = await openHost(t, { continues: {} }, { enabled: ['continues', 'gaurd'] });
  t.match(await host.get('gaurd'), { state: 'missing', enabled: true });
  t.match(host.onMessageEnqueue(message()), { action: 'defer', plugin: 'gaurd', cause: 'unavailable' });
  t.match(host.conditions(), [{ name: 'plugin-missing', severity: 'alert', makesUnready: true, plugin: 'gaurd' }]);
  t.match(log.of(/gaurd is enabled and missing/), [{ level: 50, plugin: 'gaurd' }]);
  await t.rejects(host.enable('gaurd'), { code: 'PLUGIN_UNKNOWN', message: /in none of the plugin folders/ });
  t.match(await host.disable('gaurd'), { enabled: false });
  t.same(host.onMessageEnqueue(message()), { action: 'continue' });
  t.same(host.conditions(), []);
  t.match((await host.rescan()).plugins, [{ name: 'continues' }]);
});

t.test('a missing plugin whose policy is to continue lets pass, and the server stays in service', async (t) => {
  const { host } = await openHost(t, {}, { enabled: ['guard'], policies: { guard: 'continue' } });
  t.match(host.onMessageEnqueue(message()), { action: 'continue', admittedWithout: ['guard'] });
  t.match(host.conditions(), [{ name: 'plugin-missing', severity: 'alert', makesUnready: false }]);
});

t.test('a missing plugin is missed by the hooks that it was seen to implement, and by no other', async (t) => {
  const { host, folder } = await openHost(t, { observes: {} });
  await host.close();
  await rm(join(folder, 'observes'), { recursive: true });
  const { host: next } = await openHostAt(t, folder, { enabled: ['observes'] });
  t.match(await next.get('observes'), { state: 'missing' });
  t.match(next.conditions(), [{ name: 'plugin-missing', makesUnready: false }]);
  t.same(next.onMessageEnqueue(message()), { action: 'continue' });
});

t.test('what an operator has disabled is not missing after a restart', async (t) => {
  const folder = await tempFolder(t);
  const options = { folders: [folder], enabledAtFirst: ['guard'] };
  const { registry } = await play(t, willing, options);
  await registry.disable('guard');
  const { registry: next } = await play(t, willing, options);
  t.same(await next.list(), []);
  t.same(next.conditions, []);
});

t.test('a default that nobody named holds where it is found, and is not missing where it is not', async (t) => {
  const folder = await tempFolder(t, pluginFiles('here'));
  const { registry, calls } = await play(t, willing, { folders: [folder], enabledIfFound: ['here', 'elsewhere'] });
  t.match(await registry.list(), [{ name: 'here', state: 'ready', enabled: true }]);
  t.same(calls, ['start here']);
});

t.test('a plugin that fails, and whose files then go away, is missing', async (t) => {
  const folder = await tempFolder(t, pluginFiles('guard'));
  const fails = (played: Parameters<typeof willing>[0], _: string, name: string) => played.tell(name, 'failed');
  const { registry } = await play(t, fails, { folders: [folder], enabledIfFound: ['guard'] });
  t.match(await registry.get('guard'), { state: 'failed' });
  await rm(join(folder, 'guard'), { recursive: true });
  const { plugins, changed } = await registry.rescan();
  t.match(plugins, [{ name: 'guard', state: 'missing', enabled: true }]);
  t.match(changed, [{ plugin: 'guard', from: 'failed', to: 'missing' }]);
  t.same((await registry.rescan()).changed, [], 'the next rescan has nothing new to tell');
});

t.test('a plugin that runs goes on when its files go away', async (t) => {
  const { registry, folder, calls } = await play(t, willing);
  await registry.enable('guard');
  await rm(join(folder, 'guard'), { recursive: true });
  t.match(await registry.rescan(), { plugins: [{ state: 'ready' }], changed: [] });
  t.same(calls, ['start guard']);
});

t.test('a plugin named by a path that holds none is missing, whoever has its name elsewhere', async (t) => {
  const folder = await tempFolder(t, pluginFiles('other', {}, { name: 'guard' }));
  const options = { folders: [folder], enabledAtFirst: [join(folder, 'guard')] };
  const { registry, calls } = await play(t, willing, options);
  t.match(await registry.list(), [{ name: 'guard', state: 'invalid', enabled: true, reason: /belongs at .*guard/ }]);
  t.same(calls, []);
  const empty = await tempFolder(t);
  const { registry: next } = await play(t, willing, { folders: [empty], enabledAtFirst: [join(empty, 'guard.js')] });
  t.match(await next.list(), [{ name: 'guard', path: join(empty, 'guard.js'), state: 'missing' }]);
  await mkdir(join(empty, 'guard.js'));
  t.match(await next.rescan(), { plugins: [{ name: 'guard', reason: /no package\.json/ }] });
  await rm(join(empty, 'guard.js'), { recursive: true });
  await writeFile(join(empty, 'guard.js'), '');
  t.match(await next.rescan(), { plugins: [{ name: 'guard', state: 'ready' }] });
});

t.test('a plugin named by a path is enabled under the name that it has', async (t) => {
  const folder = await tempFolder(t, pluginFiles('v2', {}, { name: 'guard' }));
  const away = join(folder, '.away');
  await rename(join(folder, 'v2'), away);
  const { registry } = await play(t, willing, { folders: [folder], enabledAtFirst: [join(folder, 'v2')] });
  t.match(await registry.list(), [{ name: 'v2', state: 'missing' }]);
  await rename(away, join(folder, 'v2'));
  t.match(await registry.rescan(), { plugins: [{ name: 'guard', state: 'ready', enabled: true }] });
  t.equal((await registry.list()).length, 1);
});

t.test('a plugin that is taken in while the gate misses it decides from then on', async (t) => {
  const { host, folder } = await openHost(t, {}, { enabled: ['rejects'] });
  t.match(host.onMessageEnqueue(message()), { action: 'defer', plugin: 'rejects' });
  addPlugin(folder, 'rejects');
  t.match(await host.rescan(), { changed: [{ plugin: 'rejects', from: 'missing', to: 'ready' }] });
  t.match(host.onMessageEnqueue(message()), { action: 'reject', plugin: 'rejects' });
});
