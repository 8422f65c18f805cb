// A secret in a file that only its owner may read: created once, and on disk before it is used.

import { readFile } from 'node:fs/promises';
import { exposureOf } from '@gatehouse/support/private-file';
import { replaceFile } from '@gatehouse/support/replace-file';
import { FolderError } from './folder-error.js';

/** Returns what is wrong with a secret and what to do; undefined for one that can be used. Never quotes the secret. */
export type FlawOf = (secret: string) => string | undefined;

const emptiness: FlawOf = (secret) => (secret === '' ? 'is empty: put it back from a backup' : undefined);

/**
 * Reads the secret, or creates it.
 * @throws FolderError when others may read the file, it cannot be read, or what it holds has a flaw
 */
export async function keptSecret(
  path: string,
  make: () => string | Promise<string>,
  flawOf: FlawOf = emptiness,
): Promise<string> {
  try {
    const exposure = await exposureOf(path);
    if (exposure !== undefined) throw new FolderError('unusable', exposure);
    const secret = (await readFile(path, 'utf8')).trim();
    const flaw = flawOf(secret);
    if (flaw !== undefined) throw new FolderError('unusable', `${path} ${flaw}`);
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
