// The embedded store: one LMDB environment in a folder. A promise resolves once its changes are on disk.

import { mkdir } from 'node:fs/promises';
import { type Database, open, type RootDatabase } from 'lmdb';
import type { Store } from '../store.js';
import { StoreError } from '../store-error.js';
import { LmdbAccounts } from './accounts.js';
import { LmdbChannels } from './channels.js';
import { openFailure, refuseWithoutSpace } from './failure.js';
import { GroupCommit } from './group-commit.js';
import { LmdbMailboxes } from './mailboxes.js';
import { checkStoreFile } from './store-file.js';

/** The version of the layout of keys and values. A store with any other is not touched. */
const layout = 2;

export interface LmdbStoreOptions {
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** @throws StoreError that describes what is wrong with the folder */
export async function openLmdbStore(folder: string, { now = Date.now }: LmdbStoreOptions = {}): Promise<Store> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await checkStoreFile(folder);
    await refuseWithoutSpace(folder);
    return await openSound(folder, now);
  } catch (error) {
    throw await openFailure(error, folder);
  }
}

async function openSound(folder: string, now: () => number): Promise<Store> {
  const root = open({
    path: folder,
    noSubdir: false,
    // With overlapping syncs a put would resolve before its flush, and the server would acknowledge too early.
    overlappingSync: false,
    // Batching by turns creates a promise that nothing handles: a failed write would end the process.
    eventTurnBatching: false,
    maxDbs: 16,
  });
  try {
    const commits = new GroupCommit(root, folder);
    await checkLayout(openAbout(root), commits, folder);
    return storeOf(root, commits, now);
  } catch (error) {
    await root.close();
    throw error;
  }
}

type About = Database<number, string>;

function openAbout(root: RootDatabase): About {
  return root.openDB<number, string>('about', { encoding: 'json' });
}

async function checkLayout(about: About, commits: GroupCommit, folder: string): Promise<void> {
  const found = await commits.write((transaction) => {
    const layoutFound = transaction.get(about, 'layout');
    if (layoutFound === undefined) transaction.put(about, 'layout', layout);
    return layoutFound ?? layout;
  });
  if (found === layout) return;
  const age = found > layout ? 'a newer' : 'an older';
  const message = `the store in ${folder} is of ${age} version of the server: it has layout ${found}, and this one knows layout ${layout}`;
  throw new StoreError('other-version', message);
}

function storeOf(root: RootDatabase, commits: GroupCommit, now: () => number): Store {
  const about = openAbout(root);
  const accounts = new LmdbAccounts(root, commits);
  const channels = new LmdbChannels(root, commits);
  const mailboxes = new LmdbMailboxes(root, commits, now);
  // LMDB reads synchronously from mapped memory; `async` is for stores that cannot.
  return {
    addUser: (user) => accounts.addUser(user),
    user: async (username) => accounts.user(username),
    hasIdentity: async (identityKey) => accounts.hasIdentity(identityKey),
    addSession: (tokenHash, session) => accounts.addSession(tokenHash, session),
    session: async (tokenHash) => accounts.session(tokenHash),
    renewSession: (tokenHash, expiresAt) => accounts.renewSession(tokenHash, expiresAt),
    removeSession: (tokenHash) => accounts.removeSession(tokenHash),
    removeSessionsOf: (identityKey) => accounts.removeSessionsOf(identityKey),
    removeSessionsExpiredBy: (time) => accounts.removeSessionsExpiredBy(time),
    openChannel: (a, b, proposedId) => channels.openChannel(a, b, proposedId),
    channel: async (id) => channels.channel(id),
    assignSeqs: async (wanted) => mailboxes.assignSeqs(wanted),
    commit: (settlements, limit) => mailboxes.commit(settlements, limit),
    mayHaveRoom: async (mailbox, bytes, limit) => mailboxes.mayHaveRoom(mailbox, bytes, limit),
    receipt: async (id) => mailboxes.receipt(id),
    fetch: async (mailbox, range) => mailboxes.fetch(mailbox, range),
    admittedWithout: async (range) => mailboxes.admittedWithout(range),
    remove: (mailbox, upTo) => mailboxes.remove(mailbox, upTo),
    removeExpired: () => mailboxes.removeExpired(),
    subscribe: (listener) => mailboxes.subscribe(listener),
    checkWritable: () => commits.write((transaction) => transaction.put(about, 'writable', now())),
    close: async () => {
      await commits.idle();
      await root.close();
    },
  };
}
