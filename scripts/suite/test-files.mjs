// Which compiled test files there are.

import { relative } from 'node:path';
import { root } from '../setup/root.mjs';
import { filesUnder, projects } from '../setup/sources.mjs';

/**
 * Compiled test files whose path contains one of `filters`, or all, relative to the root. Those named
 * `*.alone.test.js` come last: they measure time, and run while no other does.
 */
export function testFiles(filters) {
  const all = projects()
    .flatMap((project) => filesUnder(`${project}/dist`))
    .filter((file) => file.endsWith('.test.js'))
    .map((file) => relative(root, file).replaceAll('\\', '/'));
  const matching = filters.length === 0 ? all : all.filter((file) => filters.some((part) => file.includes(part)));
  return matching.sort((a, b) => Number(runsAlone(a)) - Number(runsAlone(b)) || (a < b ? -1 : 1));
}

export const runsAlone = (file) => file.endsWith('.alone.test.js');
