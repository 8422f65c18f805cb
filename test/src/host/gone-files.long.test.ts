// Findings of scans that the log and the conditions report: files that go while their plugin runs, duplicates, and names
// in `enabled` that an operator has overruled.

import { cp, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import t from 'tap';
import { fetched, message } from '../support/events.js';
import { provoking } from '../support/misbehaviours.js';
import { openHost, openHostAt } from '../support/open-host.js';
import { tempFolder } from '../support/temp-folder.js';

t.test('a plugin whose files are moved runs on, and log and health say so until they are back', async (t) => {
  const { host, folder, log } = await openHost(t, { continues: {} });
  await rename(join(folder, 'continues'), join(folder, '.away'));
  await host.rescan();
  await host.rescan();
  t.match(await host.get('continues'), { state: 'ready' });
  t.match(host.conditions(), [{ name: 'plugin-files-gone', plugin: 'continues', makesUnready: false }]);
  t.match(log.of(/no plugin is at .*continues any more/), [{ level: 40, plugin: 'continues' }]);
  t.same(host.onMessageEnqueue(message()), { action: 'continue' });
  await host.disable('continues');
  t.same(host.conditions(), []);
  await rename(join(folder, '.away'), join(folder, 'continues'));
  await host.enable('continues');
  await host.rescan();
  t.same(host.conditions(), []);
});

t.test('a plugin that was given up and has lost its files is refused in words when it is enabled', async (t) => {
  const { host, folder, is } = await openHost(t, { 'exits-in-gate': {} });
  for (let crashes = 0; crashes < 6; crashes++) {
    await is('exits-in-gate', 'ready');
    host.onMessageEnqueue(provoking());
    await is('exits-in-gate', crashes < 5 ? 'restarting' : 'quarantined');
  }
  await rename(join(folder, 'exits-in-gate'), join(folder, '.away'));
  const refused = { code: 'PLUGIN_NOT_STARTED', message: /^exits-in-gate: its files cannot be read at .*ENOENT/ };
  await t.rejects(host.enable('exits-in-gate'), refused);
  t.match(await host.get('exits-in-gate'), { state: 'quarantined' });
});

t.test('a second plugin of a name is logged once, at the scan that finds it', async (t) => {
  const { host, folder, log } = await openHost(t, { continues: {} });
  await cp(join(folder, 'continues'), join(folder, 'copy'), { recursive: true, verbatimSymlinks: true });
  await host.rescan();
  await host.rescan();
  t.match(log.of(/duplicate plugin name "continues"/), [{ level: 40, plugin: 'continues' }]);
});

t.test('what lies in a plugin folder and is no plugin is logged once, and not at each scan', async (t) => {
  const folder = await tempFolder(t, { 'a.txt': '', 'x.test.mjs': '', 'library/package.json': {}, '.hidden': '' });
  const { host, log } = await openHostAt(t, folder);
  await host.rescan();
  const at = (name: string) => join(folder, name);
  t.match(log.of(/^in plugin folders, but no plugins: /), [
    {
      level: 30,
      msg: [
        `in plugin folders, but no plugins: ${at('a.txt')} (it is no folder, and no file that ends in .js, .mjs, .cjs, .ts, .mts, .cts)`,
        `${at('library')} (its package.json has no field "gatehouse")`,
        `${at('x.test.mjs')} (its name is that of a test)`,
      ].join(', '),
    },
  ]);
  await rename(at('a.txt'), at('b.txt'));
  await host.rescan();
  const [, second] = log.of(/^in plugin folders, but no plugins: /);
  t.match(second?.msg, /b\.txt/);
  t.notMatch(second?.msg, /x\.test\.mjs/, 'only what is new');
});

t.test('a plugin that is named in `enabled` and was disabled by an operator is named in the log', async (t) => {
  const first = await openHost(t, { continues: {} });
  await first.host.disable('continues');
  await first.host.close();
  const { host, log } = await openHostAt(t, first.folder, { enabled: ['continues'] });
  t.match(await host.get('continues'), { state: 'disabled' });
  t.match(log.of(/named in `enabled`, but an operator has disabled it/), [{ level: 40, plugin: 'continues' }]);
});

t.test('a plugin that the host stops is not said to be disabled by somebody', async (t) => {
  const { host, log } = await openHost(t, { continues: {} });
  await host.close();
  t.equal(log.of('continues is stopped').length, 1);
  t.equal(log.of('continues is disabled').length, 0);
});

t.test('a logger that throws costs its lines and nothing else', async (t) => {
  const broken = pino({ level: 'silent' });
  for (const level of ['debug', 'info', 'warn', 'error', 'fatal'] as const) {
    broken[level] = () => {
      throw new Error('the disk is full');
    };
  }
  const { host } = await openHost(t, { 'throws-in-gate': {} }, { logger: broken });
  t.match(host.onMessageEnqueue(provoking()), { action: 'defer', cause: 'threw' });
  t.doesNotThrow(() => host.onFetch({ ...fetched(1), recipientKey: 'wrong' as never }));
  t.match(await host.disable('throws-in-gate'), { state: 'disabled' });
});
