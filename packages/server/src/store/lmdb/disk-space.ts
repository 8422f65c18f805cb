// Checks whether the disk has space for the store to grow.

import { randomUUID } from 'node:crypto';
import { statfsSync } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

const trial = Buffer.alloc(1024 * 1024);
const noSpaceCodes: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/** Bytes that a write needs for the pages that it touches, besides those for its data, which may be split. */
const pages = 1024 * 1024;
const perByte = 2;

/**
 * True if the disk has room for a write of so many bytes, and some to spare. Checked before every write, because LMDB
 * may corrupt its memory when the disk fills up during one. Takes about 3 µs. Ignores quotas and limits to a file's
 * size: LMDB fails on those, and `hasSpace` recognises them.
 */
export function hasSpaceFor(bytes: number, folder: string): boolean {
  return freeBytes(folder) >= pages + perByte * bytes;
}

/** Returns the bytes that the disk of the folder has free for this process. */
export function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/**
 * Finds out whether there is room by trying: writes 1 MB at the offset where the store's file ends, into a sparse file
 * that is removed afterwards.
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
