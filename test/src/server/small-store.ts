// An embedded store in a folder of its own, which is closed with the test.

import { openLmdbStore, type Store } from '@gatehouse/server';
import type { Test } from 'tap';

/** A store whose clock shows what it is given. */
export async function storeIn(t: Test, folder: string, now?: () => number): Promise<Store> {
  const store = await openLmdbStore(folder, now && { now });
  let closed = false;
  const close = async () => {
    if (!closed) await store.close();
    closed = true;
  };
  t.teardown(close);
  return { ...store, close };
}
