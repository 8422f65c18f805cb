// The files of the checkout, without what was installed or made.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../../', import.meta.url));

const made = new Set(['node_modules', 'dist', '.git', '.tap', 'data', 'results']);

/** Paths of all files below a folder, relative to the root and with forward slashes. */
export function filesBelow(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return made.has(entry.name) ? [] : filesBelow(path);
    // Where this is a linked work tree, .git is a file and not a folder.
    return entry.isFile() && !made.has(entry.name) ? [path] : [];
  });
}
