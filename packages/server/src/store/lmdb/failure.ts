// Converts errors of LMDB to ours.

import { constants } from 'node:os';
import { StoreError } from '../store-error.js';
import { hasSpace } from './disk-space.js';

const { ENOSPC, EDQUOT, EFBIG, EIO } = constants.errno;
const mapFull = -30_792;
const fullCodes: readonly unknown[] = [ENOSPC, EDQUOT, EFBIG, mapFull];
/** A missing page, an invalid page, an invalid file. A transaction that failed (-30,782) may have done so for other reasons. */
const damageCodes: readonly unknown[] = [-30_797, -30_796, -30_793];

/** Converts the error of a write to the store in this folder. */
export async function writeFailure(error: unknown, folder: string): Promise<StoreError> {
  if (error instanceof StoreError) return error;
  const cause = await causeOf(error);
  if (isDamage(cause)) return damage(folder, textOf(cause));
  if (await isFull(cause, folder)) return noSpace(folder, cause);
  return new StoreError('unavailable', `the store in ${folder} cannot write: ${textOf(cause)}`, cause);
}

/** Describes a write that was not tried, or failed, because the disk is full. */
export function noSpace(folder: string, cause?: unknown): StoreError {
  return new StoreError('full', `there is no room left for the store in ${folder}`, cause);
}

/** Describes a write that was not tried, because the disk has less room than is to be left. */
export function noFloor(folder: string, freeBytesMin: number): StoreError {
  const left = `less than the ${freeBytesMin} bytes that are to be left free`;
  return new StoreError('full', `the disk of the store in ${folder} has ${left} (minFreeBytes)`);
}

/** Converts the error of opening the store in this folder. */
export async function openFailure(error: unknown, folder: string): Promise<StoreError> {
  if (error instanceof StoreError) return error;
  if (isDamage(error)) return damage(folder, textOf(error));
  if (await isFull(error, folder)) return noSpaceToOpen(folder, error);
  return new StoreError('unavailable', `the store in ${folder} cannot be opened: ${textOf(error)}`, error);
}

/** True for an error of ours, or of LMDB, that reports files which differ from what was written. */
export function isDamage(error: unknown): boolean {
  return error instanceof StoreError ? error.failure === 'damaged' : damageCodes.includes(codeOf(error));
}

export function damage(folder: string, found: string): StoreError {
  return new StoreError('damaged', `the store in ${folder} is damaged (${found}): put a backup in its place`);
}

/** Describes a record that differs from what was written. Other records may be sound. */
export function recordDamage(found: string): StoreError {
  return new StoreError('damaged', `a record of the store is damaged: ${found}`);
}

/** Describes a store that another process with the same number, in another container, still has open. */
export function noReading(folder: string, cause: unknown): StoreError {
  const why = `process ${process.pid} of another container has not closed it`;
  return new StoreError('unavailable', `the store in ${folder} cannot be read: ${why}; end that process first`, cause);
}

/** Throws if the disk is full: LMDB maps its files, and touching a page without room on disk would end the process. */
export async function refuseWithoutSpace(folder: string): Promise<void> {
  if (!(await hasSpace(folder))) throw noSpaceToOpen(folder);
}

function noSpaceToOpen(folder: string, cause?: unknown): StoreError {
  return new StoreError('full', `there is no room left for the store in ${folder}: it needs 1 MB to be opened`, cause);
}

async function isFull(cause: unknown, folder: string): Promise<boolean> {
  const code = codeOf(cause);
  // LMDB reports a short write as an I/O error.
  return fullCodes.includes(code) || (code === EIO && !(await hasSpace(folder)));
}

/** Takes the cause from the promise in which LMDB rejects it; unhandled, that rejection would end the process. */
async function causeOf(error: unknown): Promise<unknown> {
  const { commitError } = error as { readonly commitError?: Promise<never> };
  return commitError === undefined ? error : commitError.catch((cause) => cause);
}

function codeOf(error: unknown): unknown {
  return (error as { readonly code?: unknown } | undefined)?.code;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
