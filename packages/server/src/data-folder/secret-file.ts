// A secret in a file that only its owner may read: created once, and on disk before it is used.

import { readFile, stat } from 'node:fs/promises';
import { replaceFile } from '@gatehouse/support/replace-file';
import { FolderError } from './folder-error.js';

/** Reads the secret, or creates it. @throws FolderError when others may read the file, or it cannot be read */
export async function keptSecret(path: string, make: () => string | Promise<string>): Promise<string> {
  try {
    await refuseOthers(path);
    const secret = (await readFile(path, 'utf8')).trim();
    if (secret === '') throw new FolderError('unusable', `${path} is empty: put it back from a backup`);
    return secret;
  } catch (error) {
    if (error instanceof FolderError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') throw new FolderError('unusable', `${path} cannot be read: ${message}`, error);
  }
  const secret = await make();
  await replaceFile(path, `${secret}\n`);
  return secret;
}

async function refuseOthers(path: string): Promise<void> {
  const { mode } = await stat(path);
  // Windows has no such modes.
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    const found = (mode & 0o777).toString(8);
    throw new FolderError('unusable', `${path} may be read by others (mode ${found}): it has to have mode 600`);
  }
}
