// The mark of a data folder that is a copy. The server that opens it begins a new epoch of message numbers, and then
// removes the mark.

import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from '@gatehouse/support/replace-file';

const name = 'new-epoch';
const text =
  'This folder is a copy. The server that starts on it begins a new epoch of numbers, and removes this file.\n';

export async function markCopy(folder: string): Promise<void> {
  await writeFile(join(folder, name), text, { mode: 0o600 });
}

export async function isCopy(folder: string): Promise<boolean> {
  const found = await stat(join(folder, name)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return found !== undefined;
}

/** Call only once the new epoch is on disk: without the mark no server would begin one. */
export async function removeCopyMark(folder: string): Promise<void> {
  await rm(join(folder, name), { force: true });
  await syncFolder(folder);
}
