// A plugin reads the packages that it depends on, wherever they are installed, and no others that lie beside them.

import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { openHostAt } from '../support/open-host.js';
import { type Files, tempFolder } from '../support/temp-folder.js';

const plugin = (dependencies: object, source: string): Files => ({
  'plugins/user/package.json': { name: 'user', type: 'module', dependencies, gatehouse: { apiVersion: 1 } },
  'plugins/user/index.js': `${source}; export default { apiVersion: 1, start: ({ log }) => log.info(said), onFetch() {} };`,
});

const packageOf = (path: string, name: string, source: string, dependencies = {}): Files => ({
  [`${path}/package.json`]: { name, type: 'module', main: 'index.js', dependencies },
  [`${path}/index.js`]: source,
});

t.test('a dependency is found in a node_modules above, and so are its own dependencies', async (t) => {
  const folder = await tempFolder(t, {
    ...plugin({ first: '*' }, `import { said } from 'first'`),
    ...packageOf('node_modules/first', 'first', `export * from 'second';`, { second: '*' }),
    ...packageOf('node_modules/second', 'second', `export const said = 'from the second';`),
  });
  const { host, log } = await openHostAt(t, join(folder, 'plugins'));
  await host.enable('user');
  t.equal((await log.until('from the second')).length, 1);
});

t.test('a dependency is found where pnpm links to', async (t) => {
  const folder = await tempFolder(t, {
    ...plugin({ first: '*' }, `import { said } from 'first'`),
    ...packageOf('store/first@1/node_modules/first', 'first', `export * from 'second';`, { second: '*' }),
    ...packageOf('store/second@1/node_modules/second', 'second', `export const said = 'from the store';`),
  });
  await mkdir(join(folder, 'plugins/user/node_modules'));
  await symlink(join(folder, 'store/first@1/node_modules/first'), join(folder, 'plugins/user/node_modules/first'));
  await symlink(join(folder, 'store/second@1/node_modules/second'), join(folder, 'store/first@1/node_modules/second'));
  const { host, log } = await openHostAt(t, join(folder, 'plugins'));
  await host.enable('user');
  t.equal((await log.until('from the store')).length, 1);
});

t.test('a package that it does not name is refused, though it lies there', async (t) => {
  const folder = await tempFolder(t, {
    ...plugin({}, `import { said } from 'first'`),
    ...packageOf('node_modules/first', 'first', `export const said = 'not to be said';`),
  });
  const { host } = await openHostAt(t, join(folder, 'plugins'));
  const told = /user may not read .*node_modules.first.+ takes the permission "read"/;
  await t.rejects(host.enable('user'), { code: 'PLUGIN_NOT_STARTED', message: told });
});

t.test('a single file is told that it can ask for nothing', async (t) => {
  const folder = await tempFolder(t, {
    'plugins/single.mjs': `import '../other.mjs'; export default { apiVersion: 1, onFetch() {} };`,
    'other.mjs': '',
  });
  const { host } = await openHostAt(t, join(folder, 'plugins'));
  await t.rejects(host.enable('single'), {
    message: /for which a single file cannot ask; a folder with a package.json can/,
  });
});
