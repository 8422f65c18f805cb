// Compiles the sources when one of them has changed since the last build.

import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { bundle, bundled, bundlesOf } from './bundles.mjs';
import { compiler } from './compiler.mjs';
import { inRoot } from './root.mjs';
import { StepError, step } from './step.mjs';

// `tsc -b` would find out by itself, but takes seconds; comparing sizes and times of files takes milliseconds.
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

/** Returns every input of the build with its size and time, as one text. */
function inputs() {
  const configs = ['tsconfig.json', 'tsconfig.base.json', 'pnpm-lock.yaml', 'scripts/setup/bundles.mjs'].map((name) =>
    inRoot(name),
  );
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

const isWhole = (project) => !outputIsMissing(project) && bundlesOf(project).every((file) => existsSync(file));

export function isBuilt() {
  if (!existsSync(stamp) || !projects().every(isWhole)) return false;
  return readFileSync(stamp, 'utf8') === inputs();
}

/** Compiles all projects. @throws StepError */
export async function build() {
  // Read before the build: files saved while the compiler runs belong to the next one.
  const before = inputs();
  await compile(projects());
  writeFileSync(stamp, before);
}

/** Compiles some projects and those that they reference. @throws StepError */
export async function compile(folders) {
  for (const project of folders) {
    // The compiler trusts its build info even if outputs were deleted.
    if (outputIsMissing(project)) rmSync(inRoot(project, 'tsconfig.tsbuildinfo'), { force: true });
    removeOrphans(project);
  }
  const [command, ...rest] = await compiler();
  await step('building', command, [...rest, '-b', ...folders]);
  await bundleAll(folders);
}

/** @throws StepError after the bundler has said what is wrong */
async function bundleAll(folders) {
  await bundle(folders).catch((error) => {
    console.error(error.message);
    throw new StepError('bundling');
  });
}

/** Removes outputs whose source is gone, or deleted tests would continue to run. */
function removeOrphans(project) {
  const compiled = filesUnder(join(project, 'dist')).filter(
    (file) => !file.includes(`${sep}dist${sep}${bundled}${sep}`),
  );
  for (const map of compiled.filter((file) => file.endsWith('.js.map'))) {
    const output = map.slice(0, -'.js.map'.length);
    const source = inRoot(project, 'src') + output.slice(inRoot(project, 'dist').length);
    if (existsSync(`${source}.ts`) || existsSync(`${source}.tsx`)) continue;
    for (const ending of ['.js', '.js.map', '.d.ts', '.d.ts.map']) rmSync(output + ending, { force: true });
  }
}
