// A process that reads through a store. `held`: another process may write to it meanwhile.

import { open } from 'lmdb';
import { checkStore } from './store-check.js';
import type { CheckProgress } from './store-report.js';

const progressMs = 250;
const [, , folder = '', held] = process.argv;
const parent = process.ppid;

/** Keeps LMDB from using pages again that the last commit uses, as long as what it returns is kept. */
const pin = () => open({ path: folder, noSubdir: false, readOnly: true }).useReadTransaction();

let toldAt = performance.now();
function onProgress(progress: CheckProgress): void {
  if (performance.now() - toldAt < progressMs) return;
  toldAt = performance.now();
  // The channel does not report its end while this reads.
  if (process.ppid !== parent) process.exit(1);
  process.send!({ progress });
}

function pinned() {
  const reader = pin();
  try {
    return checkStore(folder, true, onProgress);
  } finally {
    reader.done();
  }
}

const report = (held === 'held' ? undefined : checkStore(folder, false, onProgress)) ?? pinned();
process.send!({ report }, () => process.exit(0));
