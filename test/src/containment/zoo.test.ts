// The zoo: each of its plugins has a use, and says in its first line what it does.

import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import t from 'tap';

const at = (path: string) => new URL(`../../../test/${path}`, import.meta.url);

/** What plugins are made with, and found by. */
const common = ['trigger.mjs', 'zoo.mjs'];

const filesOf = (folder: string, ending: string) =>
  readdirSync(at(folder), { encoding: 'utf8', recursive: true })
    .filter((file) => file.endsWith(ending))
    .map((file) => `${folder}/${file}`);

const plugins = filesOf('plugins', '.mjs').filter((file) => !common.includes(basename(file)));

t.test('every plugin of the zoo is named by a test, a fault, the soak or another plugin', async (t) => {
  const users = [...filesOf('src', '.ts'), ...filesOf('containment', '.mjs'), ...filesOf('soak', '.mjs'), ...plugins];
  const texts = new Map(
    [...users, ...filesOf('fixtures', '.mjs')].map((file) => [file, readFileSync(at(file), 'utf8')]),
  );
  const isNamed = (plugin: string) => {
    const name = new RegExp(`['./]${basename(plugin, '.mjs')}(\\.mjs)?['\`]`);
    return [...texts].some(([file, text]) => file !== plugin && name.test(text));
  };
  t.strictSame(
    plugins.filter((plugin) => !isNamed(plugin)),
    [],
  );
});

t.test('every plugin of the zoo says in its first line what it does', async (t) => {
  for (const plugin of plugins)
    t.match(readFileSync(at(plugin), 'utf8'), /^\/\/ (Never )?[A-Za-z][a-z]+s,? .+\.\n/, plugin);
});

t.test('well-behaved plugins import nothing of the zoo, so each is one file', async (t) => {
  const good = plugins.filter((file) => file.includes('/good/'));
  t.ok(good.length > 0);
  for (const plugin of good) t.notMatch(readFileSync(at(plugin), 'utf8'), /from '\.\.?\//, plugin);
});
