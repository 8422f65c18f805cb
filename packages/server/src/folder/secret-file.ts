// A secret in a file that only its owner may read: made once, and on disk before it is used.

import { readFile, stat } from 'node:fs/promises';
import { replaceFile } from '@gatehouse/host';

/** Reads the secret, or makes and keeps one. @throws when others may read the file */
export async function keptSecret(path: string, make: () => string | Promise<string>): Promise<string> {
  try {
    await refuseOthers(path);
    const secret = (await readFile(path, 'utf8')).trim();
    if (secret === '') throw new Error(`${path} is empty`);
    return secret;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const secret = await make();
  await replaceFile(path, `${secret}\n`);
  return secret;
}

async function refuseOthers(path: string): Promise<void> {
  const { mode } = await stat(path);
  // Windows has no such modes.
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new Error(`${path} may be read by others (mode ${(mode & 0o777).toString(8)}): it has to have mode 600`);
  }
}
