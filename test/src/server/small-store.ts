// An embedded store in a folder of its own, in which mailboxes have no limit unless one is given.

import { type MailboxLimit, openLmdbStore, type Settlement, type Store } from '@gatehouse/server';
import type { Test } from 'tap';
import { noLimit } from '../store-contract/small-messages.js';

type SmallStore = Omit<Store, 'commit'> & { commit: Commit };
type Commit = (settlements: readonly Settlement[], limit?: MailboxLimit) => ReturnType<Store['commit']>;

/** A store whose clock says what it is told. */
export async function storeIn(t: Test, folder: string, now?: () => number): Promise<SmallStore> {
  const store = await openLmdbStore(folder, now && { now });
  let closed = false;
  const close = async () => {
    if (!closed) await store.close();
    closed = true;
  };
  t.teardown(close);
  return { ...store, close, commit: (settlements, limit = noLimit) => store.commit(settlements, limit) };
}
