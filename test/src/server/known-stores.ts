// The known store in folders, as a server leaves it that was killed.

import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { openLmdbStore } from '@gatehouse/server';
import type { Test } from 'tap';
import { tempFolder } from '../support/temp-folder.js';
import { fill } from './known-store.js';

/** The server’s own: the tests have none. */
export const { open: openLmdb } = createRequire(import.meta.resolve('@gatehouse/server'))('lmdb');

const gone = { pid: 2 ** 22, started: '1' };

/** One that was used, in which a third of the pages are free, and a copy of it without free pages. */
export async function knownStores(t: Pick<Test, 'teardown'>): Promise<readonly string[]> {
  const [used, dense] = [await tempFolder(t), await tempFolder(t)];
  const store = await openLmdbStore(used);
  await fill(store);
  await store.close();
  const root = openLmdb({ path: used, noSubdir: false, readOnly: true });
  await root.backup(dense, true);
  await root.close();
  for (const folder of [used, dense]) await writeFile(join(folder, 'beat'), JSON.stringify(gone));
  return [used, dense];
}

export async function copyOf(t: Pick<Test, 'teardown'>, folder: string): Promise<string> {
  const copy = join(await tempFolder(t), 'store');
  await mkdir(copy);
  for (const file of ['data.mdb', 'beat']) await copyFile(join(folder, file), join(copy, file));
  return copy;
}
