// The embedded store: one LMDB environment in a folder. What a promise stood for is on disk when it resolves.

import { type Database, open, type RootDatabase } from 'lmdb';
import { GroupCommit } from './group-commit.js';
import { LmdbAccounts } from './lmdb-accounts.js';
import { LmdbChannels } from './lmdb-channels.js';
import { LmdbMailboxes } from './lmdb-mailboxes.js';
import type { Store } from './store.js';

/** The layout of keys and values. A store of another one is not touched. */
const layout = 2;

export interface LmdbStoreOptions {
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

export async function openLmdbStore(folder: string, { now = Date.now }: LmdbStoreOptions = {}): Promise<Store> {
  const root = open({
    path: folder,
    noSubdir: false,
    // With overlapping syncs a put would resolve before its flush, and the server would acknowledge too early.
    overlappingSync: false,
    // Batching by turns has a promise of its own that nobody holds: a failed write would end the process.
    eventTurnBatching: false,
    maxDbs: 16,
  });
  try {
    await checkLayout(openAbout(root));
  } catch (error) {
    await root.close();
    throw error;
  }
  return storeOf(root, new GroupCommit(root, folder), now);
}

type About = Database<number, string>;

function openAbout(root: RootDatabase): About {
  return root.openDB<number, string>('about', { encoding: 'json' });
}

async function checkLayout(about: About): Promise<void> {
  await about.ifNoExists('layout', () => about.put('layout', layout));
  const found = about.get('layout');
  if (found !== layout) throw new Error(`the store has layout ${found}, this server knows layout ${layout}`);
}

function storeOf(root: RootDatabase, commits: GroupCommit, now: () => number): Store {
  const about = openAbout(root);
  const accounts = new LmdbAccounts(root, commits);
  const channels = new LmdbChannels(root, commits);
  const mailboxes = new LmdbMailboxes(root, commits, now);
  // LMDB answers reads at once from mapped memory; `async` is for stores that cannot.
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
    settle: (settlements, limit) => mailboxes.settle(settlements, limit),
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
