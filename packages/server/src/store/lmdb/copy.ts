// Copies a snapshot of the embedded store, even while another process writes to it.

import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { open } from 'lmdb';
import { keepDamage, keptDamage } from './damage-list.js';

/** @throws when there is no store in the folder */
export async function copyLmdbStore(folder: string, target: string): Promise<void> {
  await stat(join(folder, 'data.mdb'));
  const root = open({ path: folder, noSubdir: false, readOnly: true });
  try {
    await mkdir(target, { mode: 0o700 });
    // Not compacted: that would take longer, and a backup should be simple.
    await root.backup(target, false);
    // Damaged pages are copied as they are.
    await keepDamage(target, await keptDamage(folder));
  } finally {
    await root.close();
  }
}
