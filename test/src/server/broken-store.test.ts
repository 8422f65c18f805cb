// Stores and data folders that cannot be used: what is said of them at the start.

import { chmod, copyFile, mkdir, truncate, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { openLmdbStore } from '@gatehouse/server';
import { openDataFolder } from '@gatehouse/server/internal/data-folder/data-folder';
import t, { type Test } from 'tap';
import { admitAll, offerOf } from '../support/admit-all.js';
import { tempFolder } from '../support/temp-folder.js';

/** The server’s own: the tests have none. */
const { open } = createRequire(import.meta.resolve('@gatehouse/server'))('lmdb');
const mailbox = { recipientKey: Buffer.alloc(32, 1), channelId: Buffer.alloc(16, 1) };

/** The path of the file of a store with 100 messages. */
async function filledStore(t: Test): Promise<{ readonly folder: string; readonly file: string }> {
  const folder = await tempFolder(t);
  const store = await openLmdbStore(folder);
  await admitAll(
    store,
    Array.from({ length: 100 }, () => offerOf(mailbox, Buffer.alloc(3_000, 1))),
  );
  await store.close();
  return { folder, file: join(folder, 'data.mdb') };
}

const damages = {
  'cut off in the middle': (file: string) => truncate(file, 100_000),
  'cut off after its head': (file: string) => truncate(file, 8_192),
  'cut off in its head': (file: string) => truncate(file, 100),
  'full of zeros': (file: string) => writeFile(file, Buffer.alloc(100_000)),
  'another file': (file: string) => writeFile(file, 'not a store '.repeat(10_000)),
};

for (const [what, spoil] of Object.entries(damages)) {
  t.test(`a store is refused as damaged when its file is ${what}`, async (t) => {
    const { folder, file } = await filledStore(t);
    const kept = join(await tempFolder(t), 'kept');
    await copyFile(file, kept);
    await spoil(file);
    await t.rejects(openLmdbStore(folder), { failure: 'damaged', message: /is damaged .*: put a backup in its place/ });
    await copyFile(kept, file);
    await (await openLmdbStore(folder)).close();
  });
}

t.test('a store of another version is not touched', async (t) => {
  const { folder } = await filledStore(t);
  for (const [layout, age] of [
    [99, 'a newer'],
    [1, 'an older'],
  ] as const) {
    const root = open({ path: folder, noSubdir: false, overlappingSync: false });
    await root.openDB('about', { encoding: 'json' }).put('layout', layout);
    await root.close();
    await t.rejects(openLmdbStore(folder), { failure: 'other-version', message: `${age} version of the server` });
  }
});

t.test('a data folder that cannot be one is told with the reason', async (t) => {
  const folder = await tempFolder(t, { file: '' });
  await t.rejects(openDataFolder(join(folder, 'file')), { fault: 'unusable', message: /it is a file \(EEXIST\)/ });
  await t.rejects(openDataFolder(join(folder, 'file', 'data')), { fault: 'unusable', message: /ENOTDIR/ });
});

t.test('a data folder without permission is told as such', async (t) => {
  const folder = await tempFolder(t);
  const data = join(folder, 'data');
  await mkdir(data);
  await chmod(data, 0o500);
  const isRoot = process.getuid?.() === 0;
  // Root may do everything; nobody may not.
  if (isRoot) process.seteuid!(65_534);
  try {
    await t.rejects(openDataFolder(data), { fault: 'forbidden', message: /no permission to \(EACCES\)/ });
  } finally {
    if (isRoot) process.seteuid!(0);
  }
});
