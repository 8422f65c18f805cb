// Copies a data folder, even while a server uses it.

import { randomUUID } from 'node:crypto';
import { cp, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { syncFolder } from '@gatehouse/support/replace-file';
import { copyLmdbStore } from '../store/lmdb/copy.js';
import { markCopy } from './copy-mark.js';
import { storeFolder } from './data-folder.js';
import { syncTree } from './durable-write.js';
import { lockName } from './folder-lock.js';

/**
 * Makes `target`, which must be missing or empty, a copy of the data folder that a server can start on. The copy of the
 * store is a snapshot that holds everything acknowledged before the call. Plugins' own files are copied one by one.
 *
 * The copy gets its name once it is complete and on disk. Only for processes in which no server uses the folder.
 *
 * @throws when there is no store in the folder, or the copy cannot be made; then nothing is left of the copy
 */
export async function backupDataFolder(dataFolder: string, target: string): Promise<void> {
  const [from, to] = [resolve(dataFolder), resolve(target)];
  refuseInside(from, to);
  await refuseFull(to);
  await refuseNothing(from);
  const unfinished = `${to}.${randomUUID()}`;
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  try {
    await copyLmdbStore(storeFolder(from), storeFolder(unfinished));
    await copyRest(from, unfinished);
    await markCopy(unfinished);
    await syncTree(unfinished);
    await rename(unfinished, to);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
  await syncFolder(dirname(to));
}

const locks = [lockName, 'plugins.json.lock'];

/** Copies the secrets, and the files of the host and the plugins. */
async function copyRest(from: string, to: string): Promise<void> {
  for (const name of await readdir(from)) {
    const path = join(from, name);
    const isLeft = path === storeFolder(from) || locks.some((lock) => name.startsWith(lock));
    if (!isLeft) await cp(path, join(to, name), { recursive: true, preserveTimestamps: true });
  }
}

/** Throws if the copy would be part of its own source. */
function refuseInside(from: string, to: string): void {
  if (`${to}${sep}`.startsWith(`${from}${sep}`)) throw new Error(`${to} is inside of it: a backup goes elsewhere`);
}

/** Throws if there is no store: most likely the path is wrong. */
async function refuseNothing(from: string): Promise<void> {
  const found = await stat(join(storeFolder(from), 'data.mdb')).catch(() => undefined);
  if (found === undefined) throw new Error('it holds no store, so no server was started with it');
}

async function refuseFull(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  if (names.length > 0) throw new Error(`${folder} is not empty: a backup goes into a new folder`);
}
