// Whether the disk has space for the store to grow.

import { randomUUID } from 'node:crypto';
import { statfsSync } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

const trial = Buffer.alloc(1024 * 1024);
const noSpaceCodes: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/** Room that a write needs for pages that it touches on its way, in bytes, beside what it brings, which may be split. */
const pages = 1024 * 1024;
const perByte = 2;

/**
 * Whether the disk has room for a write of so many bytes, and some to spare, which is asked before every one: LMDB may
 * spoil its memory when a disk is full in the middle of a write. Takes some 3 µs. Of quotas and of limits to a file's
 * size this knows nothing: LMDB meets those, and `hasSpace` tells them apart.
 */
export function hasSpaceFor(bytes: number, folder: string): boolean {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize >= pages + perByte * bytes;
}

/**
 * Whether there is room by trying: writes 1 MB where the store's file ends, into a file that has a hole up to there and is
 * gone afterwards.
 */
export async function hasSpace(folder: string): Promise<boolean> {
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
    if (noSpaceCodes.includes((error as NodeJS.ErrnoException).code)) return false;
    throw error;
  } finally {
    await rm(path, { force: true });
  }
}
