// Compiles the sources when one of them is not as it was at the last build.

import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compiler } from './compiler.mjs';
import { inRoot } from './root.mjs';
import { step } from './step.mjs';

// `tsc -b` would find out by itself, but takes seconds for it where a look at the files takes milliseconds.
const stamp = inRoot('node_modules', '.gatehouse-built');

/** Folders of the TypeScript projects, relative to the root. */
export function projects() {
  const { references } = JSON.parse(readFileSync(inRoot('tsconfig.json'), 'utf8'));
  return references.map((reference) => reference.path);
}

/** Full paths of all files under a folder of the checkout. */
export function filesUnder(folder) {
  if (!existsSync(inRoot(folder))) return [];
  const entries = readdirSync(inRoot(folder), { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

/** Every input of the build with its size and time, as one text. */
function inputs() {
  const configs = ['tsconfig.json', 'tsconfig.base.json', 'pnpm-lock.yaml'].map((name) => inRoot(name));
  const files = projects().flatMap((project) => [
    inRoot(project, 'tsconfig.json'),
    inRoot(project, 'package.json'),
    ...filesUnder(join(project, 'src')),
  ]);
  return [...configs, ...files].map((file) => `${file} ${fingerprint(file)}`).join('\n');
}

function fingerprint(file) {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats === undefined ? 'missing' : `${stats.size} ${stats.mtimeMs}`;
}

const outputIsMissing = (project) => !existsSync(inRoot(project, 'dist'));

export function isBuilt() {
  if (!existsSync(stamp) || projects().some(outputIsMissing)) return false;
  return readFileSync(stamp, 'utf8') === inputs();
}

/** Compiles all projects. @throws StepError */
export async function build() {
  // Taken before: what is saved while the compiler runs belongs to the next build.
  const before = inputs();
  await compile(projects());
  writeFileSync(stamp, before);
}

/** Compiles some projects and those that they refer to. @throws StepError */
export async function compile(folders) {
  for (const project of folders) {
    // The compiler believes its own note about outputs that somebody has deleted.
    if (outputIsMissing(project)) rmSync(inRoot(project, 'tsconfig.tsbuildinfo'), { force: true });
    removeOrphans(project);
  }
  const [command, ...rest] = await compiler();
  await step('building', command, [...rest, '-b', ...folders]);
}

/** Removes what was compiled from a source that is gone, or deleted tests would run on. */
function removeOrphans(project) {
  for (const map of filesUnder(join(project, 'dist')).filter((file) => file.endsWith('.js.map'))) {
    const output = map.slice(0, -'.js.map'.length);
    const source = inRoot(project, 'src') + output.slice(inRoot(project, 'dist').length);
    if (existsSync(`${source}.ts`) || existsSync(`${source}.tsx`)) continue;
    for (const ending of ['.js', '.js.map', '.d.ts', '.d.ts.map']) rmSync(output + ending, { force: true });
  }
}
