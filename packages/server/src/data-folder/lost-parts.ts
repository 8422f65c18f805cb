// Refuses a data folder that a server has used and that has lost its store or the secret of its logins: a server that made
// new ones would look healthy, without the messages or the accounts.

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FolderError } from './folder-error.js';

/** Written after the store was opened, so that a first start that was killed earlier is none of these. */
const proofOfUse = 'plugins.json';

const parts = [
  {
    path: join('store', 'data.mdb'),
    lost: 'its store is gone or empty',
    without: 'without the messages and accounts of before',
  },
  {
    path: 'opaque-setup',
    lost: 'its file opaque-setup is gone or empty, without which nobody who has registered can log in',
    without: 'and lets nobody in who has registered before',
  },
] as const;

/** A folder with neither part was only prepared for a server. @throws FolderError that names the part */
export async function refuseLostParts(folder: string): Promise<void> {
  if (!(await isThere(join(folder, proofOfUse)))) return;
  const found = await Promise.all(parts.map(({ path }) => isThere(join(folder, path))));
  const missing = parts.find((_, i) => !found[i]);
  if (missing === undefined || !found.includes(true)) return;
  const advice = `put a backup in its place, or start with --begin-anew, which makes a new one ${missing.without}`;
  throw new FolderError('unusable', `the data folder ${folder} was used by a server, and ${missing.lost}: ${advice}`);
}

async function isThere(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && found.size > 0;
}
