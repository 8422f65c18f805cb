// Checks the file of the embedded store before LMDB opens it: LMDB trusts the file that it maps, and a truncated or
// overwritten one would end the process without a message.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { damage } from './failure.js';

// Offsets in the head of each of the first two pages, in bytes; the numbers are in the machine's byte order.
const flagsAt = 18;
const magicAt = 24;
const versionAt = 28;
const pageSizeAt = 48;
const lastPageAt = 144;
const transactionAt = 152;
const headLength = 160;

const isMeta = 0x08;
const magic = 0xbeefc0de;
const version = 2;

interface Head {
  readonly pageSize: number;
  readonly lastPage: number;
  readonly transaction: number;
}

/** Accepts a folder without a file as a new store. @throws StoreError when the file is damaged */
export async function checkStoreFile(folder: string): Promise<void> {
  const file = await openOrMissing(join(folder, 'data.mdb'));
  if (file === undefined) return;
  try {
    if ((await file.stat()).size > 0) await check(file, folder);
  } finally {
    await file.close();
  }
}

async function openOrMissing(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function check(file: FileHandle, folder: string): Promise<void> {
  const first = await headAt(file, 0);
  const second = first && (await headAt(file, first.pageSize));
  if (!first || !second) throw damage(folder, 'it does not begin as one does');
  const { lastPage, pageSize } = first.transaction > second.transaction ? first : second;
  // Looked at after the heads: a server that still writes makes the file longer before it changes a head.
  const { size } = await file.stat();
  // Pages at the end that were freed before they were written may be missing, and are not needed.
  if (size < (lastPage + 1) * pageSize && !(await canBeRead(folder))) throw damage(folder, 'its end is missing');
}

async function headAt(file: FileHandle, position: number): Promise<Head | undefined> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(headLength), 0, headLength, position);
  const isSound =
    bytesRead === headLength &&
    buffer.readUInt16LE(flagsAt) === isMeta &&
    buffer.readUInt32LE(magicAt) === magic &&
    buffer.readUInt32LE(versionAt) === version;
  if (!isSound) return undefined;
  return {
    pageSize: buffer.readUInt32LE(pageSizeAt),
    lastPage: Number(buffer.readBigUInt64LE(lastPageAt)),
    transaction: Number(buffer.readBigUInt64LE(transactionAt)),
  };
}

/** Reads the whole store in another process, which may crash. */
async function canBeRead(folder: string): Promise<boolean> {
  const reader = fork(fileURLToPath(new URL('./reads-store.js', import.meta.url)), [folder], {
    execArgv: [],
    stdio: 'ignore',
  });
  const [code] = await once(reader, 'exit');
  return code === 0;
}
