// Files of a package that is laid out.

import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { inRoot } from '../setup/root.mjs';
import { publishedMap } from './source-maps.mjs';

/** Full paths of all files in a folder. */
export async function filesIn(folder) {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

const isTest = (file) => /\.test\.(js|d\.ts)(\.map)?$/.test(file);
const isDeclaration = (file) => /\.d\.c?ts$/.test(file);
/** These would lead to sources that are not shipped. */
const isMapOfDeclaration = (file) => /\.d\.c?ts\.map$/.test(file);

/** Copies the compiled files of a folder of the checkout. */
export async function copyDist(folder, to) {
  const files = await filesIn(inRoot(folder, 'dist'));
  for (const file of files.filter((one) => !isTest(one) && !isMapOfDeclaration(one)))
    await copyCompiled(file, join(to, relative(inRoot(folder), file)));
}

/** Copies a compiled file; `change` is applied to code and declarations. */
export async function copyCompiled(file, to, change = (text) => text) {
  if (file.endsWith('.map')) return write(to, await publishedMap(file));
  const text = await readFile(file, 'utf8');
  await write(to, change(isDeclaration(file) ? withoutMap(text) : text));
}

const withoutMap = (declarations) => declarations.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n');

export async function copy(from, to) {
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to);
}

export async function write(file, content, mode) {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content, { mode });
}
