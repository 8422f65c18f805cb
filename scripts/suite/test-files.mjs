// Lists the compiled test files.

import { basename, relative } from 'node:path';
import { root } from '../setup/root.mjs';
import { filesUnder, projects } from '../setup/sources.mjs';

/** Names of the slowest files: they start first, or one of them would run at the end while a core is idle. */
const slowest = ['gate', 'stalls', 'policies', 'reasons', 'main', 'retries'];

/** True for files named `*.long.test.js`: they are a suite of their own, which keeps the other short. */
const isLong = (file) => file.endsWith('.long.test.js');

/**
 * Returns compiled test files relative to the root: those whose path contains one of `filters`, or without filters
 * those of the suite that `long` selects. The slowest come first, and those named `*.alone.test.js` last: they measure
 * time, and run while no other does.
 */
export function testFiles(filters, { long = false } = {}) {
  const all = projects()
    .flatMap((project) => filesUnder(`${project}/dist`))
    .filter((file) => file.endsWith('.test.js'))
    .map((file) => relative(root, file).replaceAll('\\', '/'));
  const isWanted = (file) =>
    filters.length === 0 ? isLong(file) === long : filters.some((part) => file.includes(part));
  const matching = all.filter(isWanted);
  return matching.sort((a, b) => turn(a) - turn(b) || (a < b ? -1 : 1));
}

const turn = (file) => (runsAlone(file) ? 2 : slowest.includes(basename(file, '.test.js')) ? 0 : 1);

export const runsAlone = (file) => file.endsWith('.alone.test.js');
