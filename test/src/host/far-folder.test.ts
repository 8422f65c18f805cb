// Plugins in folders that have nothing to do with this host's own.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { offeredNames } from '@gatehouse/host/internal/session/offered-api';
import * as codec from '@gatehouse/plugin-api/codec';
import * as hooks from '@gatehouse/plugin-api/hooks';
import t from 'tap';
import { message } from '../support/events.js';
import { openHostAt } from '../support/open-host.js';
import { tempFolder } from '../support/temp-folder.js';

const ownApi = { '.': './index.js' };

t.test('a plugin far from any node_modules imports the plugin interface of this host', async (t) => {
  const folder = await tempFolder(t, {
    'limiter/package.json': { name: 'limiter', main: 'index.mjs', gatehouse: { apiVersion: 1, deadlineMs: 10_000 } },
    'limiter/index.mjs': `import { Continue, definePlugin, Reject } from '@gatehouse/plugin-api';
      import { limit } from './limit.mjs';
      export default definePlugin({ onMessageEnqueue: (e) => (e.payloadLen > limit ? Reject('far') : Continue) });`,
    'limiter/limit.mjs': 'export const limit = 10;',
  });
  const { host } = await openHostAt(t, folder);
  t.match(await host.enable('limiter'), { state: 'ready', hooks: ['onMessageEnqueue'] });
  t.match(host.onMessageEnqueue(message(11)), { plugin: 'limiter' });
  await host.disable('limiter');
  t.match(await host.enable('limiter'), { state: 'ready' }, 'once more in the same host');
});

t.test('a plugin far from any node_modules finds all of the interface, to import and to require', async (t) => {
  const requires = `const { definePlugin } = require('@gatehouse/plugin-api');
    const names = [...Object.keys(require('@gatehouse/plugin-api/hooks')), ...Object.keys(require('@gatehouse/plugin-api/codec'))];
    module.exports = definePlugin({ start: ({ log }) => log.info(names.join()), onAuth() {} });`;
  const imports = `import { definePlugin } from '@gatehouse/plugin-api';
    import * as hooks from '@gatehouse/plugin-api/hooks';
    import * as codec from '@gatehouse/plugin-api/codec';
    const names = [...Object.keys(hooks), ...Object.keys(codec)];
    export default definePlugin({ start: ({ log }) => log.info(names.join()), onAuth() {} });`;
  const sources = {
    'requires.js': requires,
    'imports.mjs': imports,
    'requires-2.js': requires,
    'imports-2.mjs': imports,
  };
  const folder = await tempFolder(t, sources);
  const enabled = ['requires', 'imports', 'requires-2', 'imports-2'];
  const { log } = await openHostAt(t, folder, {
    enabled,
    isolation: { 'requires-2': 'process', 'imports-2': 'process' },
  });
  const names = [...Object.keys(hooks), ...Object.keys(codec)].join();
  const told = (await log.until(names, enabled.length)).map(({ plugin }) => plugin);
  t.same(told.sort(), enabled.sort());
});

t.test('the names that are offered are all that the interface exports', async (t) => {
  const file = new URL('../package.json', import.meta.resolve('@gatehouse/plugin-api'));
  const { name, exports } = JSON.parse(await readFile(file, 'utf8')) as { name: string; exports: object };
  t.same(
    offeredNames,
    Object.keys(exports).map((path) => name + path.slice(1)),
  );
});

t.test('a plugin that brings a plugin interface of its own gets that one', async (t) => {
  const folder = await tempFolder(t, {
    'own/package.json': { name: 'own', type: 'module', gatehouse: { apiVersion: 1 } },
    'own/index.js': `import { mark } from '@gatehouse/plugin-api';
      export default { apiVersion: 1, start: ({ log }) => log.info(mark), onAuth() {} };`,
    'own/node_modules/@gatehouse/plugin-api/package.json': {
      name: '@gatehouse/plugin-api',
      type: 'module',
      exports: ownApi,
    },
    'own/node_modules/@gatehouse/plugin-api/index.js': `export const mark = 'brought along';`,
  });
  const { host, log } = await openHostAt(t, folder);
  await host.enable('own');
  t.equal((await log.until('brought along')).length, 1);
});

t.test('a CommonJS plugin is a plugin', async (t) => {
  const folder = await tempFolder(t);
  await writeFile(
    join(folder, 'common.js'),
    `module.exports = { apiVersion: 1, onMessageEnqueue: () => ({ action: 'reject', reason: 'common' }) };`,
  );
  const { host } = await openHostAt(t, folder, { gate: { budgetMs: 20_000 } });
  t.match(await host.enable('common'), { state: 'ready', hooks: ['onMessageEnqueue'] });
});

t.test('a plugin that imports what there is not is refused with its name', async (t) => {
  const folder = await tempFolder(t, { 'lost.mjs': `import 'no-such-package';` });
  const { host } = await openHostAt(t, folder);
  await t.rejects(host.enable('lost'), { code: 'PLUGIN_NOT_STARTED', message: /no-such-package[^(]+$/ });
});

t.test('a plugin that is no JavaScript is refused with the file to look at', async (t) => {
  const folder = await tempFolder(t, { 'odd.mjs': 'export defalt {};', 'reads.mjs': `JSON.parse('{');` });
  const { host } = await openHostAt(t, folder);
  await t.rejects(host.enable('odd'), { code: 'PLUGIN_NOT_STARTED', message: `(in ${join(folder, 'odd.mjs')}, or` });
  await t.rejects(
    host.enable('reads'),
    { message: /at .*reads\.mjs:1:6\)$/ },
    'one that fails to parse something else',
  );
});
