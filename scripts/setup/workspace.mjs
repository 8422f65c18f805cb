// The packages of the workspace, as listed in pnpm-workspace.yaml.

import { existsSync, readFileSync } from 'node:fs';
import { inRoot } from './root.mjs';

/**
 * Returns the folders of the packages, relative to the root. They are listed one by one, without wildcards, so that a
 * plugin dropped into packages/plugins does not become part of the workspace.
 */
export function workspaceFolders() {
  const yaml = readFileSync(inRoot('pnpm-workspace.yaml'), 'utf8');
  const list = /^packages:\n((?: +- .+\n|\s*#.*\n)+)/m.exec(yaml)?.[1] ?? '';
  const folders = [...list.matchAll(/- +['"]?([^\s'"]+)/g)].map((match) => match[1]);
  return folders.filter((folder) => existsSync(inRoot(folder, 'package.json')));
}
