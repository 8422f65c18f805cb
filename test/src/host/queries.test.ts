// Looking at plugins starts none; a rescan does, and so does a change.

import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { healthOf } from '@gatehouse/host/internal/admin/health';
import { Looks } from '@gatehouse/host/internal/plugins/looks';
import t from 'tap';
import { addPlugin, openHost } from '../support/open-host.js';
import { play, willing } from '../support/played-registry.js';
import { pluginFiles, tempFolder } from '../support/temp-folder.js';

t.test('a plugin that is to run and comes back is shown by a query, and started by a rescan alone', async (t) => {
  const { registry, folder, calls } = await play(t, willing, { enabledAtFirst: ['guard', 'late'] });
  await writeFile(join(folder, 'late.js'), '');
  for (let i = 0; i < 3; i++) {
    await registry.list();
    await registry.get('late');
  }
  t.same(calls, ['start guard']);
});

t.test('health, the list and one plugin start nothing', async (t) => {
  const { host, folder, changes } = await openHost(t, { continues: {} }, { enabled: ['continues', 'late'] });
  addPlugin(folder, 'late', { fixture: 'continues' });
  const health = healthOf(host);
  for (let i = 0; i < 3; i++) await Promise.all([host.list(), host.get('late'), health()]);
  t.notOk(changes.some(({ to }) => to === 'starting'));
  t.match(await host.rescan(), { changed: [{ plugin: 'late', to: 'ready' }] });
});

t.test('enabling one plugin starts the others that are to run and have come back', async (t) => {
  const folder = await tempFolder(t, { ...pluginFiles('guard'), ...pluginFiles('other') });
  await rename(join(folder, 'guard'), join(folder, '.guard'));
  const { registry, calls } = await play(t, willing, { folders: [folder], enabledAtFirst: ['guard'] });
  await rename(join(folder, '.guard'), join(folder, 'guard'));
  await registry.enable('other');
  await registry.rescan();
  t.same(calls, ['start other', 'start guard']);
});

t.test('a rescan tells what came, what went and what changed', async (t) => {
  const folder = await tempFolder(t, { ...pluginFiles('a'), ...pluginFiles('b'), ...pluginFiles('c') });
  const { registry } = await play(t, willing, { folders: [folder] });
  await rename(join(folder, 'a'), join(folder, '.a'));
  await writeFile(join(folder, 'b', 'package.json'), '{');
  await writeFile(join(folder, 'd.js'), '');
  t.match((await registry.rescan()).changed, [
    { plugin: 'a', from: 'disabled', to: undefined },
    { plugin: 'b', from: 'disabled', to: 'invalid', reason: /not JSON/ },
    { plugin: 'd', from: undefined, to: 'disabled' },
  ]);
});

t.test('those who look within a second share one look, and who needs a new one gets it', async (t) => {
  const open: (() => void)[] = [];
  const looks = new Looks(() => new Promise((resolve) => open.push(resolve)));
  const all = [looks.recent(), looks.recent(), looks.anew(), looks.recent()];
  await new Promise(setImmediate);
  t.equal(open.length, 1);
  const later = [looks.recent(), looks.anew(), looks.anew()];
  await new Promise(setImmediate);
  t.equal(open.length, 1, 'looks do not cross');
  open[0]?.();
  await Promise.all(all);
  await new Promise(setImmediate);
  t.equal(open.length, 2, 'a look that began before may have missed something');
  open[1]?.();
  await Promise.all(later);
  await looks.recent();
  t.equal(open.length, 2);
});
