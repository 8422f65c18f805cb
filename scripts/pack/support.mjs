// Makes the private `@gatehouse/support` part of a package: its files stand in dist/support, and imports lead there.

import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { inRoot } from '../setup/root.mjs';
import { copyCompiled, filesIn } from './files.mjs';

/** An import in code or declarations. A name that is data keeps its meaning. */
const imported = /(\bfrom |\bimport |\bimport\()(['"])@gatehouse\/support\/([a-z-]+)\2/g;
const importedBySupport = /(?:\bfrom |\bimport |\bimport\()(['"])\.\/([a-z-]+)\.js\1/g;

/** Changes the package that is laid out in a folder. */
export async function inlineSupport(folder) {
  const support = join(folder, 'dist', 'support');
  if (existsSync(support)) throw new Error(`${support} is the place of the shared pieces, and already there`);
  const used = new Set();
  for (const file of (await filesIn(folder)).filter((one) => /\.(js|cjs|d\.ts|d\.cts)$/.test(one))) {
    const text = await readFile(file, 'utf8');
    const changed = text.replace(imported, (_, before, quote, piece) => {
      used.add(piece);
      const path = relative(dirname(file), join(support, `${piece}.js`)).replaceAll('\\', '/');
      return `${before}${quote}${path.startsWith('.') ? path : `./${path}`}${quote}`;
    });
    if (changed !== text) await writeFile(file, changed);
  }
  // A set that grows while it is gone through: a piece may need others.
  for (const piece of used) for (const other of await copyPiece(piece, support)) used.add(other);
}

/** Copies a piece, and returns the pieces that it imports. */
async function copyPiece(piece, to) {
  const dist = inRoot('packages/support/dist');
  for (const ending of ['.js', '.js.map', '.d.ts']) {
    await copyCompiled(join(dist, piece + ending), join(to, piece + ending));
  }
  const code = await readFile(join(dist, `${piece}.js`), 'utf8');
  return [...code.matchAll(importedBySupport)].map(([, , other]) => other);
}
