// Makes what was written to a file or changed in a folder outlast a crash of the machine.

import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

export async function syncFile(path: string): Promise<void> {
  await synced(path);
}

/** So that the names in it stay. */
export async function syncFolder(path: string): Promise<void> {
  // Windows cannot open a folder, and keeps renames without.
  if (process.platform !== 'win32') await synced(path);
}

/** A folder with all that is in it. */
export async function syncTree(path: string): Promise<void> {
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (entry.isDirectory()) await syncTree(join(path, entry.name));
    else if (entry.isFile()) await syncFile(join(path, entry.name));
  }
  await syncFolder(path);
}

async function synced(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
