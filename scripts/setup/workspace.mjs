// The packages of the workspace, as pnpm-workspace.yaml names them.

import { existsSync, readFileSync } from 'node:fs';
import { inRoot } from './root.mjs';

/**
 * Folders of the packages, relative to the root. They are listed one by one and without wildcards, so that a
 * plugin which somebody drops into packages/plugins does not become a part of the workspace.
 */
export function workspaceFolders() {
  const yaml = readFileSync(inRoot('pnpm-workspace.yaml'), 'utf8');
  const list = /^packages:\n((?: +- .+\n|\s*#.*\n)+)/m.exec(yaml)?.[1] ?? '';
  const folders = [...list.matchAll(/- +['"]?([^\s'"]+)/g)].map((match) => match[1]);
  return folders.filter((folder) => existsSync(inRoot(folder, 'package.json')));
}
