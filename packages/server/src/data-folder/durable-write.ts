// Makes what was written to a folder, with all that is in it, outlast a crash of the machine.

import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from '@gatehouse/support/replace-file';

/** A folder with all that is in it. */
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
