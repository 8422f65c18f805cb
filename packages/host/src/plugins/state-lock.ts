// Keeps a second host off a state file: each would overwrite what the other remembers.

import { mkdir, stat, utimes } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { type HeldLock, lockFile } from '@gatehouse/support/file-lock';
import type { ProcessIdentity } from '@gatehouse/support/process-identity';
import { GatehouseError, messageOf } from '../contract/errors.js';

/** The holder touches its lock this often, in ms, because hosts of other containers or machines cannot see whether it lives. */
const beatMs = 1_000;
/** A holder whose lock was not touched for so long counts as gone. */
const staleMs = 5_000;
const lookMs = 250;

export interface StateLockOptions {
  /** Takes the file from a host that uses it. */
  readonly takeOver: boolean;
  /** Is called with a sentence for the log where the file cannot be locked; the host starts without. */
  readonly onUnlocked: (why: string) => void;
}

export interface StateLock {
  /** @throws GatehouseError STATE_FILE_IN_USE once another host has taken the file */
  mustBeHeld(): Promise<void>;
  release(): Promise<void>;
}

/** @throws GatehouseError STATE_FILE_IN_USE */
export async function lockStateFile(file: string | undefined, options: StateLockOptions): Promise<StateLock> {
  if (file === undefined) return unlocked;
  const path = `${resolve(file)}.lock`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const lock = await lockFile(path, {
      refuse: (holder, life) => (options.takeOver ? undefined : refuse(holder, life, path)),
      isBusy: (holder) => inUse(path, holder),
    });
    return held(lock, path);
  } catch (error) {
    if (error instanceof GatehouseError) throw error;
    const advice = 'let the host write to its folder, and use it with one host only';
    options.onUnlocked(`the state file ${resolve(file)} cannot be locked: ${messageOf(error)}; ${advice}`);
    return unlocked;
  }
}

const unlocked: StateLock = { mustBeHeld: async () => {}, release: async () => {} };

function held(lock: HeldLock, path: string): StateLock {
  // Touching needs no room on the disk. A beat that fails is made up for by the next.
  const beat = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => {}), beatMs).unref();
  return {
    mustBeHeld: async () => {
      if (!(await lock.isHeld())) throw inUse(path);
    },
    release: async () => {
      clearInterval(beat);
      await lock.release();
    },
  };
}

async function refuse(holder: ProcessIdentity, life: 'alive' | 'unknown', path: string): Promise<void> {
  if (life === 'alive' || (await beats(path))) throw inUse(path, holder);
}

/** Finds out whether a holder that cannot be seen lives: whether its lock changes. Takes no longer than `staleMs`. */
async function beats(path: string): Promise<boolean> {
  const touchedAt = () => stat(path).then(({ mtimeMs }) => mtimeMs);
  const first = await touchedAt();
  const until = performance.now() + staleMs - Math.max(0, Date.now() - first);
  while (performance.now() < until) {
    await after(lookMs);
    if ((await touchedAt()) !== first) return true;
  }
  return false;
}

function inUse(path: string, holder?: ProcessIdentity): GatehouseError {
  const file = path.slice(0, -'.lock'.length);
  const host = holder?.pid === process.pid ? 'another host of this process' : 'another host';
  const place = holder === undefined || holder.pid === process.pid ? '' : ` (process ${holder.pid})`;
  const advice = 'give each host, and each worker of a cluster, a state file of its own, or end the other one';
  return new GatehouseError('STATE_FILE_IN_USE', `the state file ${file} is in use by ${host}${place}: ${advice}`);
}
