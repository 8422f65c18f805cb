// Plugins in folders that have nothing to do with this host's own.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { offeredNames } from '@gatehouse/host/internal/session/offered-api';
import t from 'tap';
import { linkModules } from '../../plugins/zoo.mjs';
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

t.test('the names that are offered are all that the interface exports', async (t) => {
  const file = new URL('../../package.json', import.meta.resolve('@gatehouse/plugin-api'));
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

t.test('a CommonJS plugin is a plugin, and requires the plugin interface of this host', async (t) => {
  const folder = await tempFolder(t);
  await writeFile(
    join(folder, 'common.cjs'),
    `const { definePlugin, Reject } = require('@gatehouse/plugin-api');
     const { hooks } = require('@gatehouse/plugin-api/hooks');
     module.exports = definePlugin({ onMessageEnqueue: () => Reject(Object.keys(hooks)[0]) });`,
  );
  const { host } = await openHostAt(t, folder, { gate: { budgetMs: 20_000 } });
  t.match(await host.enable('common'), { state: 'ready', hooks: ['onMessageEnqueue'] });
  t.match(host.onMessageEnqueue(message()), { reason: /^on[A-Z]/ });
});

const runsTypes = Boolean((process.features as { readonly typescript?: unknown }).typescript);

t.test(
  'a plugin in TypeScript that nothing here can run is refused with what would',
  { skip: runsTypes },
  async (t) => {
    const folder = await tempFolder(t, {
      'typed/package.json': { name: 'typed', main: 'index.ts', gatehouse: { apiVersion: 1 } },
      'typed/index.ts': '',
      'single.mts': '',
      'typed/node_modules/esbuild/index.js': '',
    });
    const { host } = await openHostAt(t, folder);
    const message =
      /it is TypeScript, which Node v\d+\.\d+\.\d+ does not run: .*Node 22.18 .*npm install esbuild.* compile it/;
    for (const plugin of ['typed', 'single']) await t.rejects(host.enable(plugin), { code: 'PLUGIN_INVALID', message });
  },
);

t.test('TypeScript that is wrong, or imports from elsewhere, is refused in words', { skip: runsTypes }, async (t) => {
  const folder = await tempFolder(t, {
    'wrong.ts': 'export default {{;',
    'reaches.ts': `import secret from './secret.json'; export default { onAuth() {}, secret };`,
    'secret.json': '{}',
  });
  linkModules(folder);
  const { host } = await openHostAt(t, folder);
  const at = (line: string) => ({
    code: 'PLUGIN_NOT_STARTED',
    message: new RegExp(`TypeScript cannot be compiled: .*${line}`, 's'),
  });
  await t.rejects(host.enable('wrong'), at('wrong.ts:1:'));
  await t.rejects(host.enable('reaches'), at('it imports .*secret.json, which is outside of .*reaches.ts'));
});

t.test('a plugin that imports what there is not is refused with its name', async (t) => {
  const folder = await tempFolder(t, { 'lost.mjs': `import 'no-such-package';` });
  const { host } = await openHostAt(t, folder);
  await t.rejects(host.enable('lost'), { code: 'PLUGIN_NOT_STARTED', message: /no-such-package[^(]+$/ });
});

t.test('a plugin that is no JavaScript is refused with the file to look at', async (t) => {
  const folder = await tempFolder(t, { 'odd.mjs': 'export defalt {};', 'reads.mjs': `JSON.parse('{');` });
  const { host } = await openHostAt(t, folder);
  await t.rejects(host.enable('odd'), { code: 'PLUGIN_NOT_STARTED', message: `(${join(folder, 'odd.mjs')}:1)` });
  await t.rejects(
    host.enable('reads'),
    { message: /at .*reads\.mjs:1:6\)$/ },
    'one that fails to parse something else',
  );
});
