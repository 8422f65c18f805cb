// Watches sources, and reports files that are saved together as one change.

import { relative } from 'node:path';

/** Time in which changes count as one: an editor writes several files, and git hundreds. */
const quietMs = 50;

/** Files that are generated, installed or written by tests are not sources. */
const ignored = /(^|[/\\])(node_modules|dist|data|\.[^/\\]*|[^/\\]*\.tsbuildinfo|[^/\\]*~)$/;

/** Calls `listener` with the sorted paths of the files that changed below `folders`, relative to `base`. */
export async function watchChanges(folders, base, listener) {
  // Imported late: before the preparation there may be no packages.
  const { watch } = await import('chokidar');
  const changed = new Set();
  let timer;
  const report = () => {
    const files = [...changed].sort();
    changed.clear();
    listener(files);
  };
  const watcher = watch(folders, {
    ignoreInitial: true,
    ignored: (path) => ignored.test(relative(base, path)),
  });
  watcher.on('all', (event, path) => {
    if (event === 'addDir' || event === 'unlinkDir') return;
    changed.add(relative(base, path));
    clearTimeout(timer);
    timer = setTimeout(report, quietMs);
  });
  await new Promise((resolve) => watcher.once('ready', resolve));
  return async () => {
    clearTimeout(timer);
    await watcher.close();
  };
}
