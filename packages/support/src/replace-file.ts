// Replaces a file atomically: after a crash at any moment it has the old content or the new, never part of it.

import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes `text` to `file`, readable only by its owner, and resolves once it is on disk. One call at a time. */
export async function replaceFile(file: string, text: string): Promise<void> {
  // In the same folder, because a rename is atomic only within a file system.
  const next = `${file}.${process.pid}.tmp`;
  await mkdir(dirname(file), { recursive: true });
  try {
    await rm(next, { force: true });
    await writeSynced(next, text);
    await rename(next, file);
  } catch (error) {
    await rm(next, { force: true }).catch(() => {});
    throw error;
  }
  await syncFolder(dirname(file));
}

async function writeSynced(path: string, text: string): Promise<void> {
  // 'wx' also refuses to write through a link that someone put there.
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Flushes the names in a folder to disk, including renames. Windows cannot open folders and does not need this. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
