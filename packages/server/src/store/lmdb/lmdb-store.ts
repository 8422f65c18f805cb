// The embedded store: one LMDB environment in a folder. A promise resolves once its changes are on disk.

import { mkdir } from 'node:fs/promises';
import { type Database, open, type RootDatabase } from 'lmdb';
import { epochAfter, floorOf } from '../epoch.js';
import type { Store } from '../store.js';
import { StoreError } from '../store-error.js';
import { believedClock, type StoreClock, TrustedClock } from '../trusted-clock.js';
import { LmdbAccounts, openUsers } from './accounts.js';
import { awaitHolder, awaitRelease, Beat, mayBeHeld, wasLeftOpen } from './beat.js';
import { LmdbChannels } from './channels.js';
import { DamagedMailboxes } from './damaged-mailboxes.js';
import type { DamagedRange } from './damaged-ranges.js';
import { freeBytes } from './disk-space.js';
import { noFloor, noReading, openFailure, refuseWithoutSpace } from './failure.js';
import { Fence } from './fence.js';
import { GroupCommit } from './group-commit.js';
import { guardedStore } from './guarded-store.js';
import { LmdbMailboxes } from './mailboxes.js';
import { LmdbNames } from './names.js';
import { damageIn } from './read-through.js';
import { lookAtStoreFile } from './store-file.js';
import { WriteTrouble } from './write-trouble.js';
import { refuseWithoutTurn } from './write-turn.js';

/** The version of the layout of keys and values. */
const layout = 4;
/** Records of these are read as they are, and written anew in the present form. A store with any other is not touched. */
const readable: readonly number[] = [2, 3, layout];
/** From this one on, names are indexed as they are prepared. */
const firstWithNames = 4;
/** The entry of `about` with the last time that the clock was trusted. */
const trustedTime = 'trusted-time';
/** The entry of `about` with the epoch of the numbers; absent in the first one. */
const epoch = 'epoch';

export interface LmdbStoreOptions {
  /** Default: one of this machine. */
  readonly clock?: StoreClock;
  /** In place of `clock`: milliseconds since 1970, taken as right. */
  readonly now?: () => number;
  /** The store comes from a copy, so that its numbers must not go on where those of the copy end. */
  readonly newEpoch?: boolean;
  /** Free bytes of the disk below which nothing is stored; what was acknowledged is still removed. Default: 0. */
  readonly freeBytesMin?: number;
  /** Takes the store even from a server that uses it, which ends then. */
  readonly takeOver?: boolean;
  /** Is called with a sentence for the log before it waits for another server. */
  readonly onWait?: (why: string) => void;
  /** After an unclean end, a store of up to so many bytes is read through before it is opened. Default: none is. */
  readonly checkBytesMax?: number;
  /** Is called with a sentence for the log when the store is read through, or damage is met. */
  readonly onNote?: (sentence: string) => void;
  /** Is called with a sentence for the log when writes begin to fail. Without it, whoever gets an error logs it. */
  readonly onTrouble?: (sentence: string) => void;
}

export interface LmdbStore extends Store {
  /** Those are refused and never touched. */
  readonly damaged: Pick<DamagedMailboxes, 'description'>;
  /** Describes a disk with less room than is to be left; undefined as long as there is enough. */
  readonly shortOfRoom: () => string | undefined;
}

/** @throws StoreError that describes what is wrong with the folder, or names the server that uses it */
export async function openLmdbStore(folder: string, options: LmdbStoreOptions = {}): Promise<LmdbStore> {
  const { now, newEpoch = false, takeOver = false, freeBytesMin = 0, onWait = () => {}, onNote = () => {} } = options;
  const clock = options.clock ?? (now === undefined ? new TrustedClock() : believedClock(now));
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const holder = takeOver ? undefined : await awaitHolder(folder, onWait);
    if (holder !== undefined) throw new StoreError('in-use', holder);
    const damaged = new DamagedMailboxes(folder, await damageOf(folder, options), onNote);
    await refuseWithoutSpace(folder);
    if (await mayBeHeld(folder)) await refuseWithoutTurn(folder);
    const { onTrouble } = options;
    const trouble = onTrouble && new WriteTrouble({ onTrouble, onNote });
    return await openSound({ folder, clock, newEpoch, takeOver, damaged, trouble, freeBytesMin });
  } catch (error) {
    throw await openFailure(error, folder);
  }
}

interface Opening {
  readonly folder: string;
  readonly clock: StoreClock;
  readonly newEpoch: boolean;
  readonly takeOver: boolean;
  readonly damaged: DamagedMailboxes;
  readonly trouble: WriteTrouble | undefined;
  readonly freeBytesMin: number;
}

/** A server that is taken over has not ended, so that it left its beat is no reason to read the store through. */
async function damageOf(folder: string, options: LmdbStoreOptions): Promise<readonly DamagedRange[]> {
  const { takeOver = false, checkBytesMax: bytesMax = 0, onNote = () => {} } = options;
  const { endIsMissing } = lookAtStoreFile(folder);
  const isUnclean = !takeOver && (await wasLeftOpen(folder));
  return damageIn(folder, { isUnclean, bytesMax, endIsMissing, onNote });
}

async function openSound(opening: Opening): Promise<LmdbStore> {
  const { folder, clock, newEpoch, takeOver, damaged, trouble, freeBytesMin } = opening;
  const root = open({
    path: folder,
    noSubdir: false,
    // With overlapping syncs a put would resolve before its flush, and the server would acknowledge too early.
    overlappingSync: false,
    // Batching by turns creates a promise that nothing handles: a failed write would end the process.
    eventTurnBatching: false,
    maxDbs: 32,
  });
  try {
    const about = openAbout(root);
    const found = layoutOf(root, about, folder);
    const names = new LmdbNames(root);
    const users = openUsers(root);
    const fence = new Fence(root, folder, () => {
      if (found === layout) return;
      // With the layout, so that an earlier version adds no names meanwhile.
      if (found !== undefined && found < firstWithNames) names.indexAll(users.getKeys());
      about.put('layout', layout);
    });
    if (takeOver) await awaitRelease(folder);
    refuseWithoutReading(root, about, folder);
    clock.resume(about.get(trustedTime));
    const commits = new GroupCommit(fence, folder, trouble);
    if (newEpoch) await beginEpoch(commits, about, clock.now());
    const store = storeOf({ root, about, names, fence, commits, folder, clock, damaged, trouble, freeBytesMin });
    const close = () => store.close().finally(() => damaged.close());
    const shortOfRoom = () => belowFloor(folder, freeBytesMin)?.message;
    return { ...guardedStore(store, damaged), close, damaged, shortOfRoom };
  } catch (error) {
    await root.close();
    throw error;
  }
}

type About = Database<number, string>;

function openAbout(root: RootDatabase): About {
  return root.openDB<number, string>('about', { encoding: 'json' });
}

/** Returns undefined for a new store. @throws StoreError when it is of another version */
function layoutOf(root: RootDatabase, about: About, folder: string): number | undefined {
  // In a transaction of writing, as everything before the term is taken.
  const found = root.transactionSync(() => about.get('layout'));
  if (found === undefined || readable.includes(found)) return found;
  const age = found > layout ? 'a newer' : 'an older';
  const message = `the store in ${folder} is of ${age} version of the server: it has layout ${found}, and this one knows layout ${layout}`;
  throw new StoreError('other-version', message);
}

/**
 * Reads for the first time, and so enters the table of readers. LMDB knows readers by their process number, and makes
 * one of the same number in another container wait, for up to 10 s.
 */
function refuseWithoutReading(root: RootDatabase, about: About, folder: string): void {
  try {
    about.get('layout');
  } catch (error) {
    try {
      root.resetReadTxn();
    } catch {
      // There is nothing to reset. Without this call, LMDB would find that out in a timer, which ends the process.
    }
    throw noReading(folder, error);
  }
}

interface Parts {
  readonly root: RootDatabase;
  readonly about: About;
  readonly names: LmdbNames;
  readonly fence: Fence;
  readonly commits: GroupCommit;
  readonly folder: string;
  readonly clock: StoreClock;
  readonly damaged: DamagedMailboxes;
  readonly trouble: WriteTrouble | undefined;
  readonly freeBytesMin: number;
}

function storeOf({ root, about, names, fence, commits, folder, clock, damaged, trouble, freeBytesMin }: Parts): Store {
  const refuseGrowth = () => {
    const error = belowFloor(folder, freeBytesMin);
    if (error === undefined) return;
    trouble?.failed(error);
    throw error;
  };
  const accounts = new LmdbAccounts(root, commits, names);
  const channels = new LmdbChannels(root, commits, () => clock.now());
  const mailboxes = new LmdbMailboxes({
    root,
    commits,
    clock,
    floor: floorOf(about.get(epoch) ?? 0),
    refuseGrowth,
    // Removal goes through all mailboxes, and through pages beside the damaged ones.
    mayRemove: () => damaged.isEmpty,
    noteDamage: (mailbox, error) => damaged.note(mailbox, error),
  });
  const beat = new Beat(folder, () => fence.check());
  // LMDB reads synchronously from mapped memory; `async` is for stores that cannot.
  return {
    addUser: async (user) => {
      refuseGrowth();
      return accounts.addUser(user);
    },
    user: async (username) => accounts.user(username),
    hasIdentity: async (identityKey) => accounts.hasIdentity(identityKey),
    addSession: (tokenHash, session, most) => accounts.addSession(tokenHash, session, most),
    session: async (tokenHash) => accounts.session(tokenHash),
    renewSession: (tokenHash, expiresAt) => accounts.renewSession(tokenHash, expiresAt),
    removeSession: (tokenHash) => accounts.removeSession(tokenHash),
    removeSessionsOf: (identityKey) => accounts.removeSessionsOf(identityKey),
    removeSessionsExpiredBy: (time) => accounts.removeSessionsExpiredBy(Math.min(time, clock.removableBy())),
    openChannel: async (a, b, proposedId, quota) => {
      refuseGrowth();
      return channels.openChannel(a, b, proposedId, quota);
    },
    channel: async (id) => channels.channel(id),
    admit: (batch, limit, decide) => mailboxes.admit(batch, limit, decide),
    fetch: (mailbox, range) => mailboxes.fetch(mailbox, range),
    admittedWithout: async (range) => mailboxes.admittedWithout(range),
    acknowledge: (mailbox, upTo) => mailboxes.acknowledge(mailbox, upTo),
    cursor: async (mailbox) => mailboxes.cursor(mailbox),
    removeExpired: async () => {
      await keepTime(commits, about, clock);
      // A reader that was killed, such as a backup, would keep every page that is freed from being used again.
      root.readerCheck();
      return mailboxes.removeExpired();
    },
    subscribe: (listener) => mailboxes.subscribe(listener),
    fenced: fence.lost,
    checkWritable: () => commits.write((transaction) => transaction.put(about, 'writable', clock.now())),
    close: async () => {
      await mailboxes.close();
      await commits.idle();
      await beat.close().finally(() => root.close());
    },
  };
}

/** Returns undefined if the disk has the room that is to be left. */
function belowFloor(folder: string, freeBytesMin: number): StoreError | undefined {
  const isShort = freeBytesMin > 0 && freeBytes(folder) < freeBytesMin;
  return isShort ? noFloor(folder, freeBytesMin) : undefined;
}

function beginEpoch(commits: GroupCommit, about: About, now: number): Promise<void> {
  return commits.write((transaction) => {
    transaction.put(about, epoch, epochAfter(transaction.get(about, epoch) ?? 0, now));
  });
}

/** A failure only makes the clock more cautious at the next opening. */
async function keepTime(commits: GroupCommit, about: About, clock: StoreClock): Promise<void> {
  const time = clock.timeToKeep();
  if (time !== undefined)
    await commits.write((transaction) => transaction.put(about, trustedTime, time)).catch(() => {});
}
