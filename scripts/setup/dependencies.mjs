// Installs the dependencies when they are missing or differ from the lock file.

import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { inRoot } from './root.mjs';
import { step } from './step.mjs';
import { workspaceFolders } from './workspace.mjs';

// A fresh machine has npm but no pnpm, and a fixed version of pnpm reads the lock file the same way everywhere.
const pnpm = 'pnpm@12.21.0';
const stamp = inRoot('node_modules', '.gatehouse-installed');

/** The fields of a package.json that an installation depends on. */
const installedFields = ['name', 'dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies', 'bin'];

/** Returns a fingerprint of all requirements. Contents, not times: a checkout touches files without changing them. */
function wanted() {
  const hash = createHash('sha256');
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml']) hash.update(readFileSync(inRoot(file)));
  for (const folder of ['.', ...workspaceFolders()]) {
    const manifest = JSON.parse(readFileSync(inRoot(folder, 'package.json'), 'utf8'));
    hash.update(JSON.stringify([folder, ...installedFields.map((field) => manifest[field])]));
  }
  return hash.digest('hex');
}

export function isInstalled() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted();
}

/** @throws StepError */
export async function install() {
  const fingerprint = wanted();
  const first = !existsSync(inRoot('node_modules', 'typescript'));
  const title = first ? 'installing dependencies (first run, about 20 s)' : 'installing changed dependencies';
  try {
    await step(title, 'npx', ['--yes', pnpm, 'install', '--frozen-lockfile']);
  } catch (error) {
    console.error(`After a change of dependencies: npx --yes ${pnpm} install`);
    throw error;
  }
  writeFileSync(stamp, fingerprint);
}
