// Looks at the head of the file of the embedded store before LMDB opens it: LMDB trusts the file that it maps, and a
// truncated or overwritten one would end the process without a message.

import { closeSync, fstatSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { headOf } from './check/store-head.js';
import { damage } from './failure.js';

export interface StoreFile {
  /** It is shorter than its head says. Pages at the end that were freed before they were written may be missing. */
  readonly endIsMissing: boolean;
}

/** Accepts a folder without a file as a new store. @throws StoreError when a head is damaged */
export function lookAtStoreFile(folder: string): StoreFile {
  const file = openOrMissing(join(folder, 'data.mdb'));
  if (file === undefined) return { endIsMissing: false };
  try {
    if (fstatSync(file).size === 0) return { endIsMissing: false };
    const head = headOf(file);
    if (typeof head === 'string') throw damage(folder, head);
    // Looked at after the head: a server that still writes makes the file longer before it changes a head.
    return { endIsMissing: fstatSync(file).size < (head.lastPage + 1) * head.pageSize };
  } finally {
    closeSync(file);
  }
}

function openOrMissing(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
