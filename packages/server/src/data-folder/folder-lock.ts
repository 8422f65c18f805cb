// Keeps a second server out of a data folder, by a file that names the process that uses it.

import { lockFile } from '@gatehouse/support/file-lock';
import { FolderError } from './folder-error.js';

export const lockName = 'server.lock';

export interface FolderClaim {
  /** Replaces the lock even of a living process. */
  readonly takeOver?: boolean;
  /** Called when the system cannot tell whether the holder lives. Rejects when it does. */
  readonly outlive?: () => Promise<void>;
}

/** Returns a function that releases the lock. The lock of a dead process is replaced. @throws FolderError when it is held */
export async function lockFolder(path: string, { takeOver, outlive }: FolderClaim = {}): Promise<() => Promise<void>> {
  const lock = await lockFile(path, {
    refuse: async ({ pid }, life) => {
      if (takeOver === true) return;
      if (life === 'unknown') return outlive?.();
      const what = `the data folder is in use by process ${pid} (${path})`;
      throw new FolderError('in-use', `${what}: stop that server, or start with --take-over, which ends it`);
    },
    isBusy: ({ pid }, guard) =>
      new FolderError('in-use', `process ${pid} is about to take or release the data folder (${guard})`),
  });
  return lock.release;
}
