// What is found in plugin folders, what is passed over and what is listed as broken.

import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findPlugins as lookThrough } from '@gatehouse/host/internal/plugins/found/find-plugins';
import type { FoundPlugin, InvalidPlugin } from '@gatehouse/host/internal/plugins/found/found-plugin';
import t from 'tap';
import { pluginFiles, tempFolder } from '../support/temp-folder.js';

const findPlugins = async (folders: readonly string[]) => (await lookThrough(folders)).plugins;

const inShort = (found: readonly FoundPlugin[]) => found.map(({ kind, name }) => `${kind} ${name}`);

/** The reason why the plugin of this name is invalid. */
function reasonOf(found: readonly FoundPlugin[], name: string): string {
  const invalid = found.find((plugin): plugin is InvalidPlugin => plugin.kind === 'invalid' && plugin.name === name);
  return invalid?.reason ?? `${name} is not invalid`;
}

t.test('a folder with a manifest is a plugin', async (t) => {
  const folder = await tempFolder(t, pluginFiles('limiter', { title: 'Limiter', order: 5 }));
  const [plugin] = await findPlugins([folder]);
  t.match(plugin, {
    kind: 'valid',
    name: 'limiter',
    title: 'Limiter',
    version: '1.0.0',
    path: join(folder, 'limiter'),
    entry: join(folder, 'limiter', 'index.js'),
    manifest: { order: 5, threads: 1 },
  });
});

t.test('a single .js or .mjs file is a plugin named after the file', async (t) => {
  const folder = await tempFolder(t, { 'one.js': '', 'two.mjs': '' });
  const found = await findPlugins([folder]);
  t.same(inShort(found), ['valid one', 'valid two']);
  t.match(found[1], { title: 'two', version: '', path: join(folder, 'two.mjs'), entry: join(folder, 'two.mjs') });
});

t.test('a .cjs file is a plugin, and the source of a plugin beside its compiled form is none', async (t) => {
  const folder = await tempFolder(t, { 'old.cjs': '', 'built.js': '', 'built.ts': '', 'x.test.mjs': '', 'a.txt': '' });
  const { plugins, passedOver } = await lookThrough([folder]);
  t.same(inShort(plugins), ['valid built', 'valid old']);
  t.same(
    passedOver.map(({ path, why }) => `${path.slice(folder.length + 1)}: ${why}`),
    [
      'a.txt: it is no folder, and no file that ends in .js, .mjs, .cjs, .ts, .mts, .cts',
      'built.ts: its compiled form is used: built.js',
      'x.test.mjs: its name is that of a test',
    ],
  );
});

t.test('a plugin is named by its package without the scope, or by its folder', async (t) => {
  const folder = await tempFolder(t, {
    ...pluginFiles('a', {}, { name: '@acme/limiter' }),
    ...pluginFiles('b', {}, { name: undefined }),
  });
  t.same(inShort(await findPlugins([folder])), ['valid limiter', 'valid b']);
});

t.test('what is clearly no plugin is passed over', async (t) => {
  const folder = await tempFolder(t, {
    'README.md': '',
    'notes.json': '{',
    'types.d.ts': '',
    'types.d.mts': '',
    'limiter.test.mjs': '',
    'limiter.spec.ts': '',
    'notes.txt': '',
    '.hidden.js': '',
    '.cache/package.json': '{',
    'node_modules/x/package.json': '{',
    'library/package.json': { name: 'library' },
    'assets/logo.svg': '',
  });
  t.same(await findPlugins([folder]), []);
});

t.test('a broken plugin is listed with the reason, and the others stand', async (t) => {
  const folder = await tempFolder(t, {
    ...pluginFiles('good'),
    'garbled/package.json': '{ "name": ',
    'listed/package.json': '[]',
    ...pluginFiles('newer', { apiVersion: 2 }),
    'unbuilt/package.json': { gatehouse: { apiVersion: 1 }, main: 'dist/index.js' },
    'numbered/package.json': { name: 7, gatehouse: { apiVersion: 1 } },
    'folder-entry/package.json': { gatehouse: { apiVersion: 1 }, main: 'dist' },
    'folder-entry/dist/index.js': '',
  });
  const found = await findPlugins([folder]);
  t.same(
    found.filter(({ kind }) => kind === 'valid').map(({ name }) => name),
    ['good'],
  );
  t.match(reasonOf(found, 'garbled'), 'package.json is not JSON');
  t.match(reasonOf(found, 'listed'), 'expected an object');
  t.match(reasonOf(found, 'newer'), 'gatehouse.apiVersion: expected 1, got 2');
  t.match(reasonOf(found, 'unbuilt'), 'missing entry: dist/index.js');
  t.match(reasonOf(found, 'numbered'), 'name: expected text');
  t.match(reasonOf(found, 'folder-entry'), 'missing entry: dist is not a file');
});

const entries: readonly (readonly [title: string, fields: object, entry: string])[] = [
  ['exports that are a path', { exports: './a.js' }, 'a.js'],
  ['exports before main', { exports: { '.': './a.js' }, main: 'b.js' }, 'a.js'],
  ['conditions without paths', { exports: { types: './t.d.ts', import: './a.js', require: './b.js' } }, 'a.js'],
  [
    'the first condition that holds',
    { exports: { '.': { browser: './t.d.ts', default: './b.js', import: './a.js' } } },
    'b.js',
  ],
  ['conditions in conditions', { exports: { '.': { node: { require: './b.js', import: './a.js' } } } }, 'a.js'],
  ['the first of several', { exports: { '.': [{ browser: './b.js' }, './a.js'] } }, 'a.js'],
  ['main without exports', { main: './b.js' }, 'b.js'],
];

for (const [title, fields, entry] of entries) {
  t.test(`the entry of a plugin is that of its package.json: ${title}`, async (t) => {
    const files = { 'p/a.js': '', 'p/b.js': '', 'p/t.d.ts': '' };
    const folder = await tempFolder(t, { ...pluginFiles('p', {}, fields), ...files });
    t.match(await findPlugins([folder]), [{ kind: 'valid', entry: join(folder, 'p', entry) }]);
  });
}

t.test('exports that name no file to import, or one elsewhere, are refused in words', async (t) => {
  const folder = await tempFolder(t, {
    ...pluginFiles('closed', {}, { exports: { './sub': './index.js' } }),
    ...pluginFiles('null', {}, { exports: { '.': null } }),
    ...pluginFiles('required', {}, { exports: { require: './index.js' } }),
    ...pluginFiles('bare', {}, { exports: 'index.js' }),
    ...pluginFiles('outside', {}, { exports: './../other.js' }),
    ...pluginFiles('absent', {}, { exports: './dist/index.js' }),
    'other.js': '',
  });
  const found = await findPlugins([folder]);
  for (const name of ['closed', 'null', 'required']) t.match(reasonOf(found, name), 'exports: names no file for "."');
  t.match(reasonOf(found, 'bare'), 'exports: "index.js" has to begin with "./"');
  t.match(reasonOf(found, 'outside'), 'is outside its folder');
  t.match(reasonOf(found, 'absent'), 'missing entry: ./dist/index.js is not a file');
});

t.test('a plugin that needs another Node than this one is refused with what it needs', async (t) => {
  const folder = await tempFolder(t, {
    ...pluginFiles('newer', {}, { engines: { node: '>=99' } }),
    ...pluginFiles('fits', {}, { engines: { node: '>=20', npm: '1' } }),
    ...pluginFiles('wrong', {}, { engines: { node: 'newest' } }),
  });
  const found = await findPlugins([folder]);
  const needs = `it needs Node >=99 (package.json: engines.node), and the server runs on Node ${process.version}`;
  t.equal(reasonOf(found, 'newer'), needs);
  t.match(reasonOf(found, 'wrong'), 'engines.node: expected a range of versions');
  t.match(
    found.find(({ name }) => name === 'fits'),
    { kind: 'valid' },
  );
});

t.test('a package.json that is a folder makes the plugin invalid', async (t) => {
  const folder = await tempFolder(t, { 'odd/package.json/file': '' });
  t.match(reasonOf(await findPlugins([folder]), 'odd'), 'package.json is not a file');
});

t.test('a name that is not safe in addresses and files is refused', async (t) => {
  const folder = await tempFolder(t, {
    'Upper.js': '',
    'with space.js': '',
    'constructor.js': '',
    [`${'n'.repeat(65)}.js`]: '',
    ...pluginFiles('x', {}, { name: '@acme/..' }),
  });
  const found = await findPlugins([folder]);
  t.ok(found.every(({ kind }) => kind === 'invalid'));
  t.equal(found.length, 5);
  t.match(reasonOf(found, 'Upper'), 'the name "Upper" cannot be used: expected a-z, 0-9');
});

t.test('an entry outside the folder of the plugin is refused, by path and by link', async (t) => {
  const folder = await tempFolder(t, {
    ...pluginFiles('climber', {}, { main: '../other.mjs' }),
    ...pluginFiles('rooted', {}, { main: '/etc/hostname' }),
    ...pluginFiles('linked', {}, { main: 'link.js' }),
    'other.mjs': '',
  });
  await symlink(join(folder, 'other.mjs'), join(folder, 'linked', 'link.js'));
  const found = await findPlugins([folder]);
  for (const name of ['climber', 'rooted', 'linked']) t.match(reasonOf(found, name), 'is outside its folder');
});

t.test('of two plugins of one name the first stands, in the order of the folders', async (t) => {
  const first = await tempFolder(t, { ...pluginFiles('z', {}, { name: 'limiter' }), 'limiter.mjs': '' });
  const second = await tempFolder(t, pluginFiles('limiter'));
  const found = await findPlugins([second, first]);
  t.same(
    found.map(({ kind, path }) => [kind, path]),
    [
      ['valid', join(second, 'limiter')],
      ['invalid', join(first, 'limiter.mjs')],
      ['invalid', join(first, 'z')],
    ],
  );
  const reason = reasonOf(found, 'limiter');
  t.ok(reason.includes(join(second, 'limiter')) && reason.includes(join(first, 'limiter.mjs')), reason);
});

t.test('a broken plugin does not take the name from one that works', async (t) => {
  const broken = await tempFolder(t, { 'limiter/package.json': '{' });
  const works = await tempFolder(t, pluginFiles('limiter'));
  t.same(inShort(await findPlugins([broken, works])), ['invalid limiter', 'valid limiter']);
});

t.test('a folder given twice holds its plugins once', async (t) => {
  const folder = await tempFolder(t, pluginFiles('limiter'));
  t.same(inShort(await findPlugins([folder, `${folder}/`])), ['valid limiter']);
});

t.test('a linked folder is a plugin, and a link that leads nowhere is listed', async (t) => {
  const elsewhere = await tempFolder(t, pluginFiles('limiter'));
  const folder = await tempFolder(t);
  await symlink(join(elsewhere, 'limiter'), join(folder, 'limiter'));
  await symlink(join(elsewhere, 'gone'), join(folder, 'gone'));
  const found = await findPlugins([folder]);
  t.same(inShort(found), ['invalid gone', 'valid limiter']);
  t.match(found[1], { path: join(folder, 'limiter'), entry: join(elsewhere, 'limiter', 'index.js') });
});

t.test('a plugin that was dropped in is found at the next look', async (t) => {
  const folder = await tempFolder(t);
  t.same(await findPlugins([folder]), []);
  await mkdir(join(folder, 'late'));
  const late = await tempFolder(t, pluginFiles('late'));
  await symlink(join(late, 'late', 'package.json'), join(folder, 'late', 'package.json'));
  t.match(reasonOf(await findPlugins([folder]), 'late'), 'missing entry: index.js');
});

t.test('a manifest that was mended is read anew', async (t) => {
  const folder = await tempFolder(t, pluginFiles('limiter', { threads: 99 }));
  for (const _ of ['first', 'second']) {
    t.match(reasonOf(await findPlugins([folder]), 'limiter'), 'gatehouse.threads: expected 16 or less');
  }
  const [[path, content] = []] = Object.entries(pluginFiles('limiter', { threads: 9 }));
  await writeFile(join(folder, String(path)), JSON.stringify(content));
  t.match(await findPlugins([folder]), [{ kind: 'valid', manifest: { threads: 9 } }]);
});

t.test('a folder that cannot be read is told with the reason, and the plugins of the others stand', async (t) => {
  const folder = await tempFolder(t, { file: '', ...pluginFiles('limiter') });
  const bad = [join(folder, 'gone'), join(folder, 'file')];
  const { plugins, unreadable } = await lookThrough([bad[0]!, folder, bad[1]!]);
  t.same(inShort(plugins), ['valid limiter']);
  t.match(unreadable, [
    { folder: bad[0], why: /ENOENT/ },
    { folder: bad[1], why: /ENOTDIR/ },
  ]);
});

t.test('an entry that could be what is left of a plugin is told, with why it is none', async (t) => {
  const folder = await tempFolder(t, {
    'guard.test.js': '',
    'guard.py': '',
    '.hidden.js': '',
    'library/package.json': { name: 'known' },
    'empty/notes.txt': '',
    'node_modules/x/package.json': '{',
  });
  const { passedOver } = await lookThrough([folder]);
  t.match(Object.fromEntries(passedOver.map(({ name, why }) => [name, why])), {
    'guard.test.js': 'its name is that of a test',
    'guard.py': /no file that ends in \.js, \.mjs, /,
    'hidden.js': /begins with a dot/,
    known: /no field "gatehouse"/,
    empty: /no package\.json/,
  });
  t.equal(passedOver.length, 5);
});

t.test('of two plugins of one name the preferred one stands, wherever it is', async (t) => {
  const folder = await tempFolder(t, {
    ...pluginFiles('a', {}, { name: 'guard' }),
    ...pluginFiles('b', {}, { name: 'guard' }),
  });
  const { plugins } = await lookThrough([folder], ({ path }) => path === join(folder, 'b'));
  t.match(plugins, [
    { kind: 'invalid', path: join(folder, 'a'), reason: /duplicate plugin name "guard": using .*b, ignoring .*a/ },
    { kind: 'valid', path: join(folder, 'b') },
  ]);
});
