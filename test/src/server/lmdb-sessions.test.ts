// The sessions of the embedded store: which of them are removed, and what is left of those.

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

t.test('of many sessions the expired ones are removed', async (t) => {
  const store = await storeIn(t, await tempFolder(t));
  const hash = (i: number) => Buffer.alloc(32, `${i} `);
  const session = { username: 'alice', identityKey: Buffer.alloc(32), openedAt: 0 };
  await Promise.all(
    Array.from({ length: 2_300 }, (_, i) => store.addSession(hash(i), { ...session, expiresAt: i % 2 })),
  );
  t.equal(await store.removeSessionsExpiredBy(0), 1_150);
  t.equal(await store.session(hash(0)), undefined);
  t.match(await store.session(hash(1)), { username: 'alice', expiresAt: 1 });
  t.equal(await store.removeSessionsOf(session.identityKey), 1_150, 'those of a user are found without the expired');
});

t.test('a session that is lengthened while the expired ones are removed stays', async (t) => {
  const store = await storeIn(t, await tempFolder(t));
  const hash = Buffer.alloc(32, 1);
  await store.addSession(hash, { username: 'alice', identityKey: Buffer.alloc(32), openedAt: 0, expiresAt: 5 });
  // The removal has looked at it when the write of its new time is still to come.
  const [, removed] = await Promise.all([store.renewSession(hash, 9), store.removeSessionsExpiredBy(5)]);
  t.equal(removed, 0);
  t.match(await store.session(hash), { expiresAt: 9 });
});

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
