// Which compiled test files there are.

import { basename, relative } from 'node:path';
import { root } from '../setup/root.mjs';
import { filesUnder, projects } from '../setup/sources.mjs';

/** Names of files that take longest: they start first, or one of them would run at the end while a core is idle. */
const long = ['stalls', 'broken-store', 'command', 'gate', 'policies', 'backup', 'refused', 'observers', 'quarantine'];

/**
 * Compiled test files whose path contains one of `filters`, or all, relative to the root. Those that take long come
 * first, and those named `*.alone.test.js` last: they measure time, and run while no other does.
 */
export function testFiles(filters) {
  const all = projects()
    .flatMap((project) => filesUnder(`${project}/dist`))
    .filter((file) => file.endsWith('.test.js'))
    .map((file) => relative(root, file).replaceAll('\\', '/'));
  const matching = filters.length === 0 ? all : all.filter((file) => filters.some((part) => file.includes(part)));
  return matching.sort((a, b) => turn(a) - turn(b) || (a < b ? -1 : 1));
}

const turn = (file) => (runsAlone(file) ? 2 : long.includes(basename(file, '.test.js')) ? 0 : 1);

export const runsAlone = (file) => file.endsWith('.alone.test.js');
