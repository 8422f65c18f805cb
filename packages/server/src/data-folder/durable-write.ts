// Flushes a folder and all its contents to disk, so that they survive a crash of the machine.

import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from '@gatehouse/support/replace-file';

/** Flushes a folder with all its contents. */
export async function syncTree(path: string): Promise<void> {
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (entry.isDirectory()) await syncTree(join(path, entry.name));
    else if (entry.isFile()) await syncFile(join(path, entry.name));
  }
  await syncFolder(path);
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
