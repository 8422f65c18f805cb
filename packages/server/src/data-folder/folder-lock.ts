// Keeps a second server out of a data folder, by a file that names the process that uses it.
//
// A file gets its name by `link`, with its content, so that there is never half a lock. The lock of a dead process is
// replaced under a guard: a lock of its own, named after the content of the dead one. Whoever has the guard looks at
// the lock again before replacing it. The guard of a process that died meanwhile is replaced in the same way.

import { createHash, randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { lifeOf, ownIdentity, type ProcessIdentity } from '@gatehouse/support/process-identity';
import { FolderError } from './folder-error.js';

export const lockName = 'server.lock';

/** A guard is held for milliseconds; an older one belongs to a process that died with it. */
const guardMs = 10_000;

export interface LockClaim {
  /** Replaces the lock even of a living process. */
  readonly takeOver?: boolean;
  /** Called when the system cannot tell whether the holder lives. Rejects when it does. */
  readonly outlive?: () => Promise<void>;
}

/** The file to be linked, the lock that it is for, and the decision on whoever holds that. */
interface Wish {
  readonly own: string;
  readonly path: string;
  /** Throws FolderError when the holder stays. */
  readonly refuse: (holder: ProcessIdentity, path: string) => Promise<void>;
}

/** Returns a function that releases the lock. The lock of a dead process is replaced. @throws when it is held */
export async function lockFolder(path: string, claim: LockClaim = {}): Promise<() => Promise<void>> {
  const own = `${path}.${randomUUID()}`;
  const content = JSON.stringify({ ...ownIdentity(), id: randomUUID() });
  await writeFile(own, content, { flag: 'wx', mode: 0o600 });
  try {
    await acquire({ own, path, refuse: (holder) => refuseHolder(holder, path, claim) }, path);
  } finally {
    await rm(own, { force: true });
  }
  return () => release(path, content);
}

async function acquire(wish: Wish, lock: string): Promise<void> {
  while (!(await linked(wish.own, wish.path))) {
    const found = await contentOf(wish.path);
    if (found === undefined) continue;
    const holder = holderIn(found);
    if (holder !== undefined) await wish.refuse(holder, wish.path);
    if (await replaced(wish, found, lock)) return;
  }
}

/** Puts the own lock in the place of another one. Returns false if that has changed in the meantime. */
async function replaced({ own, path }: Wish, found: string, lock: string): Promise<boolean> {
  const guard = guardOf(lock, found);
  await acquire({ own, path: guard, refuse: refuseGuard }, lock);
  try {
    if ((await contentOf(path)) !== found) return false;
    const next = `${own}.next`;
    await link(own, next);
    await rename(next, path);
    return true;
  } finally {
    await rm(guard, { force: true });
  }
}

/** Removes the lock under its guard, unless another server has taken it over or is about to. Needs no room on disk. */
async function release(path: string, content: string): Promise<void> {
  const guard = guardOf(path, content);
  if ((await contentOf(path)) !== content || !(await linked(path, guard))) return;
  if ((await contentOf(guard)) === content) await rm(path, { force: true });
  await rm(guard, { force: true });
}

async function refuseHolder(holder: ProcessIdentity, path: string, { takeOver, outlive }: LockClaim): Promise<void> {
  if (takeOver === true) return;
  const life = lifeOf(holder);
  if (life === 'alive') {
    const what = `the data folder is in use by process ${holder.pid} (${path})`;
    throw new FolderError('in-use', `${what}: stop that server, or start with --take-over, which ends it`);
  }
  if (life === 'unknown') await outlive?.();
}

async function refuseGuard(holder: ProcessIdentity, path: string): Promise<void> {
  const life = lifeOf(holder);
  if (life === 'gone' || (life === 'unknown' && (await ageOf(path)) > guardMs)) return;
  throw new FolderError('in-use', `process ${holder.pid} is about to take or release the data folder (${path})`);
}

function guardOf(lock: string, content: string): string {
  return `${lock}.${createHash('sha256').update(content).digest('hex').slice(0, 32)}`;
}

/** Gives the file a second name. Returns false if that exists. */
async function linked(file: string, name: string): Promise<boolean> {
  try {
    await link(file, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function contentOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Returns undefined for a lock that a crash of the machine has truncated. */
function holderIn(content: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}

/** Milliseconds since the file got this name or that. */
async function ageOf(path: string): Promise<number> {
  return Date.now() - (await stat(path).catch(() => ({ ctimeMs: Date.now() }))).ctimeMs;
}
