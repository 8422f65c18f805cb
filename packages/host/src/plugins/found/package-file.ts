// The parts of a plugin's package.json that we use.

import { readFile, stat } from 'node:fs/promises';
import { messageOf } from '../../contract/errors.js';

export interface PackageFile {
  /** Without its scope. */
  readonly name: string | undefined;
  readonly version: string;
  /** The fields that name the file to import and the Node that it takes, not checked yet. */
  readonly main: unknown;
  readonly exports: unknown;
  readonly engines: unknown;
  /** The `gatehouse` field, not checked yet. */
  readonly gatehouse: unknown;
}

const maxBytes = 1024 * 1024;

/**
 * Returns the package.json at `path`; undefined if there is none.
 * @throws Error in readable words if there is one and it cannot be used.
 */
export async function readPackageFile(path: string): Promise<PackageFile | undefined> {
  const text = await readText(path);
  return text === undefined ? undefined : parsePackageFile(text);
}

async function readText(path: string): Promise<string | undefined> {
  try {
    const found = await stat(path);
    // Reading a pipe would wait for its writer forever.
    if (!found.isFile()) throw new Error('package.json is not a file');
    if (found.size > maxBytes) throw new Error(`package.json is longer than ${maxBytes} bytes`);
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function parsePackageFile(text: string): PackageFile {
  const parsed = parseObject(text);
  const { name, version, main, exports, engines, gatehouse } = parsed;
  if (name !== undefined && typeof name !== 'string') throw new Error('package.json: name: expected text');
  const unscoped = name?.slice(name.lastIndexOf('/') + 1);
  return { name: unscoped, version: typeof version === 'string' ? version : '', main, exports, engines, gatehouse };
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  let parsed: unknown;
  try {
    // Editors of some systems put a byte order mark in front, which is not JSON.
    parsed = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new Error(`package.json is not JSON: ${messageOf(error)}`);
  }
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return { ...parsed };
  throw new Error('package.json: expected an object');
}
