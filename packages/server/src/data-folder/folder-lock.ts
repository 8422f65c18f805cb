// Keeps a second server out of a data folder, by a file that names the process that uses it.

import { readFileSync } from 'node:fs';
import { open, readFile, rm } from 'node:fs/promises';
import { FolderError } from './folder-error.js';

export const lockName = 'server.lock';

/** A process: its number, and its start where the system reports it, because numbers are reused. */
interface Holder {
  readonly pid: number;
  readonly started: string;
}

/** Returns a function that releases the lock. A lock without a living process is ignored. @throws when it is held */
export async function lockFolder(path: string): Promise<() => Promise<void>> {
  for (;;) {
    try {
      const file = await open(path, 'wx', 0o600);
      await file.writeFile(JSON.stringify(self()));
      await file.close();
      return () => rm(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = await holderOf(path);
    if (holder && isAlive(holder)) {
      throw new FolderError('in-use', `the data folder is in use by process ${holder.pid} (${path})`);
    }
    await rm(path, { force: true });
  }
}

function self(): Holder {
  return { pid: process.pid, started: startOf(process.pid) };
}

async function holderOf(path: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    // Gone in the meantime, or truncated by a crash.
    return undefined;
  }
}

function isAlive({ pid, started }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return startOf(pid) === started;
}

/** Returns the ticks from the boot to the start of the process; an empty text where there is no /proc. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the program, in brackets, may hold anything; what follows it may not.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
