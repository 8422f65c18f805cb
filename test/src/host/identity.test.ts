// The name of an enabled plugin stands for the folder that it was enabled in.

import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { message } from '../support/events.js';
import { addPlugin, openHost, openHostAt } from '../support/open-host.js';
import { play, willing } from '../support/played-registry.js';
import { pluginFiles, tempFolder } from '../support/temp-folder.js';

const guardAt = (folder: string) => pluginFiles(folder, {}, { name: 'guard' });

t.test(
  'another folder that claims the name of an enabled plugin is refused until an operator enables it',
  async (t) => {
    const { registry, folder } = await play(t, willing, { folders: [await tempFolder(t, guardAt('a'))] });
    await registry.enable('guard');
    await rename(join(folder, 'a'), join(folder, 'b'));
    const { registry: next, calls } = await play(t, willing, { folders: [folder] });
    const reason = new RegExp(
      `belongs at ${join(folder, 'a')}, and this is another one, at ${join(folder, 'b')}.*enable guard`,
    );
    t.match(await next.list(), [{ name: 'guard', state: 'invalid', enabled: true, reason, path: join(folder, 'b') }]);
    t.match(next.conditions, [{ name: 'plugin-invalid', plugin: 'guard', isMissed: true }]);
    await next.rescan();
    t.same(calls, [], 'it is not started by a rescan either');
    t.match(await next.enable('guard'), { state: 'ready', reason: '' });
    const { registry: third } = await play(t, willing, { folders: [folder] });
    t.match(await third.list(), [{ state: 'ready', path: join(folder, 'b') }]);
  },
);

t.test('a claimant is accepted where the option "enabled" names its path', async (t) => {
  const { registry, folder } = await play(t, willing, { folders: [await tempFolder(t, guardAt('a'))] });
  await registry.enable('guard');
  await rename(join(folder, 'a'), join(folder, 'b'));
  const options = { folders: [folder], enabledAtFirst: [join(folder, 'b')] };
  t.match(await (await play(t, willing, options)).registry.list(), [{ state: 'ready', path: join(folder, 'b') }]);
  const { registry: third } = await play(t, willing, { folders: [folder] });
  t.match(await third.list(), [{ state: 'ready' }], 'which is remembered');
});

t.test('a claimant that fails when it is enabled is not accepted', async (t) => {
  const { registry, folder } = await play(t, willing, { folders: [await tempFolder(t, guardAt('a'))] });
  await registry.enable('guard');
  await rename(join(folder, 'a'), join(folder, 'b'));
  const { registry: next } = await play(t, ({ tell }, _, name) => tell(name, 'failed'), { folders: [folder] });
  await t.rejects(next.enable('guard'), { code: 'PLUGIN_NOT_STARTED' });
  t.match((await next.rescan()).plugins, [{ state: 'invalid', reason: /belongs at/ }]);
});

t.test('a rescan while a claimant is being enabled does not take that back', async (t) => {
  const { registry, folder } = await play(t, willing, { folders: [await tempFolder(t, guardAt('a'))] });
  await registry.enable('guard');
  await rename(join(folder, 'a'), join(folder, 'b'));
  const during = { act: () => {} };
  const config = Object.defineProperty({}, 'guard', { get: () => during.act() });
  const { registry: next } = await play(t, willing, { folders: [folder], config });
  const rescanned = new Promise((resolve) => {
    during.act = () => resolve(next.rescan());
  });
  t.match(await next.enable('guard'), { state: 'ready' });
  await rescanned;
  t.match(await next.list(), [{ state: 'ready', path: join(folder, 'b') }]);
});

t.test('a newcomer does not push out the plugin that was enabled, in whichever order they stand', async (t) => {
  const { registry, folder } = await play(t, willing, { folders: [await tempFolder(t, guardAt('b'))] });
  await registry.enable('guard');
  await cp(join(folder, 'b'), join(folder, 'a'), { recursive: true });
  const { registry: next } = await play(t, willing, { folders: [folder] });
  t.match(await next.list(), [
    { state: 'ready', path: join(folder, 'b') },
    { state: 'invalid', path: join(folder, 'a'), reason: /duplicate plugin name "guard"/ },
  ]);
});

t.test(
  'the same entry of another plugin folder is another plugin, as long as the first folder is still there',
  async (t) => {
    const [first, second] = [await tempFolder(t), await tempFolder(t, guardAt('guard'))];
    const folders = [first, second];
    const { registry } = await play(t, willing, { folders });
    await registry.enable('guard');
    await rename(join(second, 'guard'), join(first, 'guard'));
    t.match(await (await play(t, willing, { folders })).registry.list(), [{ state: 'invalid', reason: /belongs at/ }]);
  },
);

t.test('a plugin folder that is moved as a whole does no harm', async (t) => {
  const { registry, folder } = await play(t, willing);
  await registry.enable('guard');
  const moved = join(await tempFolder(t), 'moved');
  await rename(folder, moved);
  await mkdir(folder);
  t.match(await (await play(t, willing, { folders: [moved] })).registry.list(), [{ name: 'guard', state: 'ready' }]);
});

t.test(
  'what was remembered without a place takes the one where it is first found, though it fails there',
  async (t) => {
    const state = { '.state/file.json': { version: 1, plugins: { guard: { enabled: true } } } };
    const folder = await tempFolder(t, { ...state, ...guardAt('a') });
    const { registry } = await play(t, ({ tell }, _, name) => tell(name, 'failed'), { folders: [folder] });
    t.match(await registry.list(), [{ state: 'failed' }]);
    t.match(JSON.parse(await readFile(join(folder, '.state', 'file.json'), 'utf8')).plugins.guard, {
      place: 'a',
      folder,
    });
    await rename(join(folder, 'a'), join(folder, 'b'));
    t.match(await (await play(t, willing, { folders: [folder] })).registry.list(), [{ state: 'invalid' }]);
  },
);

t.test('the name of a plugin that nobody wants to run is free', async (t) => {
  const { registry, folder } = await play(t, willing, { folders: [await tempFolder(t, guardAt('a'))] });
  await registry.enable('guard');
  await registry.disable('guard');
  await rename(join(folder, 'a'), join(folder, 'b'));
  const { registry: next } = await play(t, willing, { folders: [folder] });
  t.match(await next.list(), [{ state: 'disabled', enabled: false }]);
});

t.test('a claimant decides nothing, its own word of what to do without it included', async (t) => {
  const { host, folder } = await openHost(t, { guard: { fixture: 'rejects' } });
  await host.close();
  await rm(join(folder, 'guard'), { recursive: true });
  addPlugin(folder, 'other', { fixture: 'continues', onFault: 'continue' });
  const file = join(folder, 'other', 'package.json');
  await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, 'utf8')), name: 'guard' }));
  const { host: next } = await openHostAt(t, folder, { enabled: ['guard'] });
  t.match(await next.get('guard'), { state: 'invalid' });
  t.match(next.onMessageEnqueue(message()), { action: 'defer', plugin: 'guard', cause: 'unavailable' });
});

t.test('a guard whose folder now holds a plugin of another name is missing, and not forgotten', async (t) => {
  const { registry, folder } = await play(t, willing, { folders: [await tempFolder(t, guardAt('guard'))] });
  await registry.enable('guard');
  await writeFile(
    join(folder, 'guard', 'package.json'),
    JSON.stringify(pluginFiles('guard', {}, { name: 'guard2' })['guard/package.json']),
  );
  const { registry: next } = await play(t, willing, { folders: [folder] });
  for (const look of [() => next.list(), async () => (await next.rescan()).plugins]) {
    t.match(
      (await look()).map(({ name, state, enabled }) => ({ name, state, enabled })),
      [
        { name: 'guard', state: 'missing', enabled: true },
        { name: 'guard2', state: 'disabled', enabled: false },
      ],
    );
  }
  t.match(next.conditions, [{ name: 'plugin-missing', plugin: 'guard', isMissed: true }]);
});
