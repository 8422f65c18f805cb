// Whether the store can grow. It is tried out: free space alone says nothing of quotas and of limits to a file's size.

import { randomUUID } from 'node:crypto';
import { open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

const trial = Buffer.alloc(1024 * 1024);
const noRoom: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/** Writes 1 MB where the store's file ends, into a file that has a hole up to there and is gone afterwards. */
export async function hasRoom(folder: string): Promise<boolean> {
  const end = await stat(join(folder, 'data.mdb')).then(
    ({ size }) => size,
    () => 0,
  );
  const path = join(folder, `room-${randomUUID()}`);
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      return (await file.write(trial, 0, trial.length, end)).bytesWritten === trial.length;
    } finally {
      await file.close();
    }
  } catch (error) {
    if (noRoom.includes((error as NodeJS.ErrnoException).code)) return false;
    throw error;
  } finally {
    await rm(path, { force: true });
  }
}
