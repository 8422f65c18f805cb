// Replaces a file in one step: after a crash at any moment there is the old content or the new, never half of it.

import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes `text` to `file`, readable by its owner only, and resolves once that is on disk. One call at a time. */
export async function replaceFile(file: string, text: string): Promise<void> {
  // In the same folder, as a rename is one step only within a file system.
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
  // 'wx' also refuses to write through a link that somebody put in its place.
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** So that the names in it are on disk, a rename's too. Windows cannot open folders and needs no such thing. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
