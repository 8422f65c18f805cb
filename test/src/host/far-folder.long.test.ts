// Plugins far from this host's own folders, in each tier: the interface that they find, and TypeScript.

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as codec from '@gatehouse/plugin-api/codec';
import * as hooks from '@gatehouse/plugin-api/hooks';
import t from 'tap';
import { linkModules } from '../../plugins/zoo.mjs';
import { message } from '../support/events.js';
import { openHostAt } from '../support/open-host.js';
import { type Files, tempFolder } from '../support/temp-folder.js';

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

const typed = `import { definePlugin, Reject } from '@gatehouse/plugin-api';
  import type { MessageEvent } from '@gatehouse/plugin-api';
  import { words } from './words.ts';
  export default definePlugin({ onMessageEnqueue: (_: MessageEvent) => Reject(words(import.meta.url)) });`;

const typedFiles: Files = {
  'typed/package.json': {
    name: 'typed',
    type: 'module',
    exports: './index.ts',
    gatehouse: { apiVersion: 1, deadlineMs: 10_000 },
  },
  'typed/index.ts': typed,
  'typed/words.ts': "export const words = (at: string): string => ['typed in', at].join(' ');",
};

for (const isolation of ['hardened-thread', 'process'] as const) {
  t.test(`a plugin in TypeScript runs in a ${isolation}, compiled where Node does not run it`, async (t) => {
    const folder = await tempFolder(t, typedFiles);
    linkModules(folder);
    const { host } = await openHostAt(t, folder, { isolation: { typed: isolation } });
    await host.enable('typed');
    const reason = `typed in ${pathToFileURL(join(folder, 'typed', 'index.ts'))}`;
    t.match(host.onMessageEnqueue(message()), { plugin: 'typed', reason });
  });
}
