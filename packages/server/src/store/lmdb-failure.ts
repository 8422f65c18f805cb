// What LMDB says when a write fails, as an error of ours.

import { statfs } from 'node:fs/promises';
import { constants } from 'node:os';
import { StoreError } from './store-error.js';

const { ENOSPC, EDQUOT, EFBIG, EIO } = constants.errno;
const mapFull = -30_792;
const fullCodes: readonly unknown[] = [ENOSPC, EDQUOT, EFBIG, mapFull];
/** Bytes. LMDB takes a write that was cut short for a broken disk (EIO); with less room than this it is a full one. */
const nextToNothing = 1024 * 1024;

/** What went wrong with a write to the environment in this folder. */
export async function storeErrorOf(error: unknown, folder: string): Promise<StoreError> {
  const cause = await causeOf(error);
  const { code } = cause as { readonly code?: unknown };
  const isFull = fullCodes.includes(code) || (code === EIO && (await freeBytes(folder)) < nextToNothing);
  return new StoreError(isFull ? 'full' : 'unavailable', cause);
}

/** Why a commit failed stands in a promise that rejects; left alone, it would end the process as an unhandled one. */
async function causeOf(error: unknown): Promise<unknown> {
  const { commitError } = error as { readonly commitError?: Promise<never> };
  return commitError === undefined ? error : commitError.catch((cause) => cause);
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
