// The sessions of the embedded store: what is left of those that have ended.

import { createRequire } from 'node:module';
import t from 'tap';
import { tempFolder } from '../support/temp-folder.js';
import { storeIn } from './small-store.js';

/** As much of the store's own library as it takes to count what stands in a file. */
interface Lmdb {
  open(options: { readonly path: string; readonly noSubdir: boolean; readonly maxDbs: number }): {
    openDB(name: string, options: object): { getCount(): number };
    close(): Promise<void>;
  };
}
const lmdb: Lmdb = createRequire(import.meta.resolve('@gatehouse/server'))('lmdb');

t.test('of sessions that have ended, in whatever way, nothing stays in the file', async (t) => {
  const folder = await tempFolder(t);
  const store = await storeIn(t, folder);
  const hash = (byte: number) => Buffer.alloc(32, byte);
  for (const byte of [1, 2, 3, 4]) {
    const identityKey = Buffer.alloc(32, byte === 1 ? 1 : 0);
    await store.addSession(hash(byte), { username: 'alice', identityKey, openedAt: 0, expiresAt: byte === 2 ? 5 : 9 });
  }
  await store.removeSessionsExpiredBy(5);
  await store.removeSession(hash(1));
  await store.removeSessionsOf(Buffer.alloc(32));
  await store.close();
  const root = lmdb.open({ path: folder, noSubdir: false, maxDbs: 16 });
  t.teardown(() => root.close());
  for (const name of ['sessions', 'sessions-of']) {
    t.equal(root.openDB(name, { encoding: 'binary', keyEncoding: 'binary' }).getCount(), 0, name);
  }
});
