// The folder in which the server keeps everything: created if missing, locked while in use.

import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createOpaqueSetup, isOpaqueSetup } from '../accounts/opaque.js';
import { awaitHolder } from '../store/lmdb/beat.js';
import { toBase64url } from '../wire/bytes.js';
import { isCopy, removeCopyMark } from './copy-mark.js';
import { FolderError, folderError } from './folder-error.js';
import { lockFolder, lockName } from './folder-lock.js';
import { refuseLostParts } from './lost-parts.js';
import { pluginStateFile } from './plugin-state-file.js';
import { type FlawOf, keptSecret } from './secret-file.js';

export interface DataFolder {
  readonly store: string;
  /** The host's record of which plugins are enabled. */
  readonly pluginState: string;
  /** Holds a folder for each plugin that may keep files. */
  readonly pluginData: string;
  readonly adminTokenFile: string;
  /** Reads the token, or makes one. @throws FolderError for a file whose token does not fit */
  adminToken(rule: TokenRule): Promise<string>;
  /** Reads or creates the secret without which nobody who registered can log in again. */
  opaqueSetup(): Promise<string>;
  /** True for a backup that no server has started on yet: its store has to begin a new epoch. */
  isCopy(): Promise<boolean>;
  /** Call once the store has begun it. */
  removeCopyMark(): Promise<void>;
  release(): Promise<void>;
}

export interface DataFolderOptions {
  /** Takes the folder even from a server that uses it. */
  readonly takeOver?: boolean;
  /** Makes new ones of the parts that the folder has lost. */
  readonly beginAnew?: boolean;
  /** Is called with a sentence for the log before it waits for another server. */
  readonly onWait?: (why: string) => void;
}

/** The form of a token, as the kind of its setting describes it. */
export interface TokenRule {
  readonly expected: string;
  readonly parse: (text: string) => string | undefined;
}

function flawOfToken({ expected, parse }: TokenRule): FlawOf {
  const advice = 'put one in, or remove the file, and the server makes a new one';
  return (token) =>
    parse(token) === undefined
      ? `holds no usable admin token: expected ${expected}, found ${token.length} characters; ${advice}`
      : undefined;
}

/** @throws FolderError when the folder cannot be used, or another server uses it */
export async function openDataFolder(path: string, options: DataFolderOptions = {}): Promise<DataFolder> {
  const folder = resolve(path);
  const release = await lockedFolder(folder, options);
  const adminTokenFile = join(folder, 'admin-token');
  return {
    store: storeFolder(folder),
    pluginState: pluginStateFile(folder),
    pluginData: join(folder, 'plugin-data'),
    adminTokenFile,
    adminToken: (rule) => keptSecret(adminTokenFile, () => toBase64url(randomBytes(32)), flawOfToken(rule)),
    opaqueSetup: () => keptOpaqueSetup(join(folder, 'opaque-setup')),
    isCopy: () => isCopy(folder),
    removeCopyMark: () => removeCopyMark(folder),
    release,
  };
}

/** Checks the secret at the start, so that users are not the first to notice that it is damaged. */
async function keptOpaqueSetup(path: string): Promise<string> {
  const setup = await keptSecret(path, createOpaqueSetup);
  if (await isOpaqueSetup(setup)) return setup;
  throw new FolderError('unusable', `${path} is damaged, and without it nobody can log in: put it back from a backup`);
}

async function lockedFolder(
  folder: string,
  { takeOver = false, beginAnew = false, onWait = () => {} }: DataFolderOptions,
): Promise<() => Promise<void>> {
  const outlive = async () => {
    const holder = await awaitHolder(storeFolder(folder), onWait);
    if (holder !== undefined) throw new FolderError('in-use', holder);
  };
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const release = await lockFolder(join(folder, lockName), { takeOver, outlive });
    if (!beginAnew) await refuseLostParts(folder).catch(after(release));
    return release;
  } catch (error) {
    throw folderError(error, folder);
  }
}

/** Returns a handler that rethrows an error once `act` has resolved. */
function after(act: () => Promise<void>): (error: unknown) => Promise<never> {
  return async (error) => {
    await act();
    throw error;
  };
}

export function storeFolder(folder: string): string {
  return join(folder, 'store');
}
