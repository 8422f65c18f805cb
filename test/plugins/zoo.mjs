// The plugins of the zoo as files: finds them by name, and puts them into plugin folders.

import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** The path of a plugin: a misbehaving one, or one of good/. */
export function pathOf(plugin) {
  const paths = [here(`./${plugin}.mjs`), here(`./good/${plugin}.mjs`)];
  const found = paths.find((path) => existsSync(path));
  if (found === undefined) throw new Error(`test/plugins has no plugin ${plugin}`);
  return found;
}

/** Lets the plugins in a folder import what the tests can import. */
export function linkModules(folder) {
  symlinkSync(here('../node_modules'), join(folder, 'node_modules'));
}

/** Puts a plugin into a plugin folder, in a folder of its own, under a name and with a manifest. */
export function putPlugin(folder, name, plugin, manifest = {}) {
  const own = join(folder, name);
  mkdirSync(own);
  copyWithImports(pathOf(plugin), join(own, 'index.mjs'));
  const gatehouse = { apiVersion: 1, ...manifest };
  writeFileSync(join(own, 'package.json'), JSON.stringify({ name, main: 'index.mjs', gatehouse }));
}

const ownImport = /from '\.\/([\w-]+\.mjs)'/g;

/** Copies a program and what it imports from its own folder: a plugin's thread may read nothing outside of its own. */
function copyWithImports(from, to) {
  copyFileSync(from, to);
  for (const [, file] of readFileSync(from, 'utf8').matchAll(ownImport)) {
    const copy = join(dirname(to), file);
    if (!existsSync(copy)) copyWithImports(join(dirname(from), file), copy);
  }
}
