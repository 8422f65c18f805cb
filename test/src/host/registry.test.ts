// The registry without threads: a supervisor that is played by the test.

import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createChannel } from '@gatehouse/host/internal/channel/index';
import { Changes } from '@gatehouse/host/internal/plugins/changes';
import { InstalledPlugin } from '@gatehouse/host/internal/plugins/installed-plugin';
import { openStateFile } from '@gatehouse/host/internal/plugins/state-file';
import t from 'tap';
import { play, willing } from '../support/played-registry.js';

t.test('enable and disable call the supervisor once each, and only when needed', async (t) => {
  const { registry, calls } = await play(t, willing);
  await registry.enable('guard');
  await registry.enable('guard');
  await registry.disable('guard');
  await registry.disable('guard');
  t.same(calls, ['start guard', 'stop guard']);
});

t.test('a plugin that failed is disabled without the supervisor, which knows it no more', async (t) => {
  const { registry, calls } = await play(t, ({ tell }, _, name) => tell(name, 'failed'));
  await t.rejects(registry.enable('guard'), { code: 'PLUGIN_NOT_STARTED' });
  t.match(await registry.disable('guard'), { state: 'disabled' });
  t.same(calls, ['start guard']);
});

t.test('a plugin that failed, was broken and was mended can be enabled', async (t) => {
  let fails = true;
  const { registry, folder } = await play(t, (played, call, name) =>
    fails ? played.tell(name, 'failed') : willing(played, call, name),
  );
  await t.rejects(registry.enable('guard'), { code: 'PLUGIN_NOT_STARTED' });
  const manifest = join(folder, 'guard', 'package.json');
  await writeFile(manifest, '{');
  t.match(await registry.rescan(), { plugins: [{ state: 'invalid' }] });
  await writeFile(manifest, JSON.stringify({ gatehouse: { apiVersion: 1 } }));
  t.match(await registry.rescan(), { plugins: [{ state: 'disabled' }] });
  fails = false;
  t.match(await registry.enable('guard'), { state: 'ready' });
});

t.test('a change that cannot be remembered is an error and is taken back', async (t) => {
  const { registry, folder, calls } = await play(t, willing);
  await mkdir(join(folder, '.state', 'file.json', 'in-the-way'), { recursive: true });
  await t.rejects(registry.enable('guard'), { code: 'STATE_FILE_WRITE_FAILED' });
  t.match(await registry.get('guard'), { state: 'disabled', enabled: false });
  t.same(calls, ['start guard', 'stop guard']);
  await rm(join(folder, '.state'), { recursive: true });
  t.match(await registry.enable('guard'), { state: 'ready', enabled: true });
});

t.test('an enabled plugin whose supervisor is lost has failed, and can still be disabled', async (t) => {
  const { registry, calls } = await play(t, willing);
  await registry.enable('guard');
  registry.lost('the supervisor has ended');
  t.match(await registry.get('guard'), { state: 'failed', enabled: true, reason: 'the supervisor has ended' });
  t.match(await registry.disable('guard'), { state: 'disabled', enabled: false });
  await t.rejects(registry.enable('guard'), { code: 'PLUGIN_NOT_STARTED', message: /the supervisor has ended/ });
  t.same(calls, ['start guard']);
});

for (const [call, before] of [
  ['enable', ''],
  ['disable', 'ready'],
] as const) {
  t.test(`a ${call} that is under way when the supervisor is lost is not left waiting`, async (t) => {
    const { registry } = await play(t, (played, call, name) => {
      if (call === 'start' && before === 'ready') willing(played, call, name);
      else setImmediate(() => played.registry.lost('gone'));
    });
    if (call === 'disable') {
      await registry.enable('guard');
      t.match(await registry.disable('guard'), { enabled: false, state: 'failed' });
    } else await t.rejects(registry.enable('guard'), { code: 'PLUGIN_NOT_STARTED', message: /gone/ });
  });
}

t.test('a session of a thread that its plugin does not have is refused', async (t) => {
  const { registry } = await play(t, willing);
  await registry.enable('guard');
  const channel = createChannel();
  for (const thread of [-1, 1]) {
    const opened = { type: 'session-opened', thread, session: 1, channel, callPipe: undefined, hooks: [] } as const;
    t.throws(() => registry.onEvent({ plugin: 'guard', ...opened }), /serves as one of the threads of its plugin/);
  }
});

t.test('a step that there is not is refused', async (t) => {
  const { registry, tell, changes } = await play(t, willing);
  t.throws(() => tell('guard', 'ready'), /a plugin goes only where its state leads/);
  tell('nobody', 'ready');
  t.same(changes, []);
  t.match(await registry.get('guard'), { state: 'disabled' });
});

t.test('a plugin that is given up while it is being disabled does not leave that waiting', async (t) => {
  const { registry } = await play(t, (played, call, name) => {
    if (call === 'start') willing(played, call, name);
    else played.tell(name, 'quarantined');
  });
  await registry.enable('guard');
  t.match(await registry.disable('guard'), { state: 'disabled', enabled: false });
});

t.test('a quarantine that cannot be remembered is one all the same, says so, and is made up for', async (t) => {
  const { registry, folder, tell, forgotten } = await play(t, willing);
  await registry.enable('guard');
  await rm(join(folder, '.state'), { recursive: true });
  await mkdir(join(folder, '.state', 'file.json', 'in-the-way'), { recursive: true });
  tell('guard', 'quarantined');
  await registry.remembered();
  t.same(forgotten, ['guard']);
  t.match(await registry.get('guard'), { state: 'quarantined', notRemembered: /cannot be written/ });
  t.match(registry.conditions, [{ name: 'plugin-quarantined' }, { name: 'not-remembered', plugin: 'guard' }]);
  await rm(join(folder, '.state'), { recursive: true });
  t.equal((await registry.rescan()).plugins[0]?.notRemembered, undefined);
  t.match((await openStateFile(join(folder, '.state', 'file.json'))).of('guard'), { quarantine: { since: /^20/ } });
});

t.test(
  'disable holds whatever becomes of the folder and of the state file, and says what it could not store',
  async (t) => {
    const { registry, folder, calls, forgotten } = await play(t, willing);
    await registry.enable('guard');
    await rm(folder, { recursive: true });
    await writeFile(folder, 'no folder any more');
    t.match(await registry.disable('guard'), { state: 'disabled', enabled: false, notRemembered: /cannot be written/ });
    t.same(calls, ['start guard', 'stop guard']);
    t.same(forgotten, ['guard']);
    t.match(registry.conditions, [{ name: 'not-remembered', plugin: 'guard' }]);
    await registry.rescan();
    t.match(registry.conditions, [{ name: 'plugin-folder' }, { name: 'not-remembered' }]);
    await rm(folder);
    await mkdir(folder);
    await registry.rescan();
    t.same(registry.conditions, [], 'the next change makes up for it');
    t.equal((await openStateFile(join(folder, '.state', 'file.json'))).of('guard').enabled, false);
  },
);

t.test('a disable ends a start that has not come to the supervisor yet', async (t) => {
  const interrupt = { act: () => {} };
  const config = Object.defineProperty({}, 'guard', { get: () => interrupt.act() });
  const { registry, calls, changes } = await play(t, willing, { config });
  const disabling = new Promise((resolve) => {
    interrupt.act = () => resolve(registry.disable('guard'));
  });
  await t.rejects(registry.enable('guard'), { code: 'PLUGIN_NOT_STARTED', message: /was stopped while it started/ });
  t.match(await disabling, { state: 'disabled', enabled: false });
  t.same([calls, changes], [[], []]);
});

t.test('a plugin is out of the routes from the moment that disable is called', async (t) => {
  const { registry } = await play(t, (played, call, name) => {
    if (call === 'start') willing(played, call, name);
    else setImmediate(() => willing(played, call, name));
  });
  await registry.enable('guard');
  const disabling = registry.disable('guard');
  t.equal(registry.plugins[0]?.enabled, false);
  await disabling;
});

t.test('a quarantine outlasts a restart at which the folder is broken', async (t) => {
  const first = await play(t, willing);
  await first.registry.enable('guard');
  first.tell('guard', 'quarantined');
  await first.registry.remembered();
  const manifest = join(first.folder, 'guard', 'package.json');
  await writeFile(manifest, '{');
  const next = await play(t, willing, { folders: [first.folder] });
  t.match(await next.registry.get('guard'), { state: 'invalid', enabled: true });
  await writeFile(manifest, JSON.stringify({ gatehouse: { apiVersion: 1 } }));
  t.match(await next.registry.rescan(), { plugins: [{ state: 'quarantined', enabled: true }] });
  t.same(next.calls, []);
  t.match(await next.registry.enable('guard'), { state: 'ready' });
});

t.test('an enable under way does not undo a disable that came after it', async (t) => {
  const { registry } = await play(t, willing);
  const enabling = registry.enable('guard');
  const disabling = registry.disable('guard');
  t.match(await enabling, { enabled: false });
  t.match(await disabling, { state: 'disabled', enabled: false });
});

t.test('a listener that throws keeps no other one from a change, and whoever made the change is told', async (t) => {
  const changes = new Changes();
  const heard: string[] = [];
  changes.subscribe(() => {
    throw new Error('it cannot write');
  });
  changes.subscribe(({ to }) => heard.push(to));
  const found = { kind: 'invalid', name: 'guard', path: '/', reason: 'broken' } as const;
  const plugin = new InstalledPlugin(found, true);
  t.throws(() => changes.become(plugin, 'disabled', ''), /it cannot write/);
  t.strictSame(heard, ['disabled']);
});
