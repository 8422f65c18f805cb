// A lock between processes: a file that names the process that holds it, and that outlives no crash of it.
//
// A file gets its name by `link`, with its content, so that there is never half a lock. The lock of a dead process is
// replaced under a guard: a lock of its own, named after the content of the dead one. Whoever has the guard looks at
// the lock again before replacing it. The guard of a process that died meanwhile is replaced in the same way.

import { createHash, randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { lifeOf, ownIdentity, type ProcessIdentity } from './process-identity.js';

/** A guard is held for milliseconds; an older one belongs to a process that died with it. */
const guardMs = 10_000;

export interface LockClaim {
  /**
   * Called with the holder of the lock, unless that has certainly ended. `unknown`: the system cannot tell whether it
   * lives. Throws to leave it the lock; otherwise the lock is taken from it.
   */
  readonly refuse: (holder: ProcessIdentity, life: 'alive' | 'unknown') => void | Promise<void>;
  /** Returns the error for a lock that another process is taking or releasing at this moment. */
  readonly isBusy: (holder: ProcessIdentity, path: string) => Error;
}

export interface HeldLock {
  /** False once another process has taken it. */
  isHeld(): Promise<boolean>;
  release(): Promise<void>;
}

/** The file to be linked, the lock that it is for, and the decision on whoever holds that. */
interface Wish {
  readonly own: string;
  readonly path: string;
  readonly claim: LockClaim;
  /** Throws when the holder stays. */
  readonly refuse: (holder: ProcessIdentity, path: string) => void | Promise<void>;
}

/** The lock of a dead process is replaced. @throws when it is held */
export async function lockFile(path: string, claim: LockClaim): Promise<HeldLock> {
  const own = `${path}.${randomUUID()}`;
  const content = JSON.stringify({ ...ownIdentity(), id: randomUUID() });
  await writeFile(own, content, { flag: 'wx', mode: 0o600 });
  try {
    await acquire({ own, path, claim, refuse: (holder) => refuseHolder(holder, claim) }, path);
  } finally {
    await rm(own, { force: true });
  }
  return {
    isHeld: async () => (await contentOf(path)) === content,
    release: () => release(path, content),
  };
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
async function replaced({ own, path, claim }: Wish, found: string, lock: string): Promise<boolean> {
  const guard = guardOf(lock, found);
  await acquire({ own, path: guard, claim, refuse: (holder) => refuseGuard(holder, guard, claim) }, lock);
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

/** Removes the lock under its guard, unless another process has taken it over or is about to. Needs no room on disk. */
async function release(path: string, content: string): Promise<void> {
  const guard = guardOf(path, content);
  if ((await contentOf(path)) !== content || !(await linked(path, guard))) return;
  if ((await contentOf(guard)) === content) await rm(path, { force: true });
  await rm(guard, { force: true });
}

async function refuseHolder(holder: ProcessIdentity, { refuse }: LockClaim): Promise<void> {
  const life = lifeOf(holder);
  if (life !== 'gone') await refuse(holder, life);
}

async function refuseGuard(holder: ProcessIdentity, path: string, { isBusy }: LockClaim): Promise<void> {
  const life = lifeOf(holder);
  if (life === 'gone' || (life === 'unknown' && (await ageOf(path)) > guardMs)) return;
  throw isBusy(holder, path);
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
