// The two heads of the file of an embedded store: its first two pages, of which each commit writes one.

import { readSync } from 'node:fs';
import type { PagedFile } from './store-pages.js';
import { readTree, type Tree } from './tree.js';
import { numberAt } from './words.js';

// Offsets in a head, in bytes; the numbers are in the machine's byte order.
const flagsAt = 18;
const magicAt = 24;
const versionAt = 28;
const freeTreeAt = 48;
const mainTreeAt = 96;
const lastPageAt = 144;
const commitAt = 152;
const headLength = 160;

const isMeta = 0x08;
const magic = 0xbeefc0de;
const version = 2;
const pageSizes: readonly number[] = [4_096, 8_192, 16_384, 32_768, 65_536];

export interface StoreHead extends PagedFile {
  /** The lists of free pages. */
  readonly free: Tree;
  /** The databases by name. */
  readonly main: Tree;
}

/** Two heads are read one after the other, while a server may write both. */
const attempts = 5;

/** Returns the head of the last commit; a sentence when a head is damaged. */
export function headOf(file: number): StoreHead | string {
  let head = headNow(file);
  for (let i = 1; i < attempts && typeof head === 'string'; i++) head = headNow(file);
  return head;
}

function headNow(file: number): StoreHead | string {
  const first = headAt(file, 0);
  const second = first && headAt(file, first.pageSize);
  if (!first || !second || first.pageSize !== second.pageSize) return 'it does not begin as one does';
  const [older, newest] = first.commit >= second.commit ? [second, first] : [first, second];
  if (!isAfter(newest, older) || (newest.commit % 2 === 0) !== (newest === first)) {
    return 'its two heads are not of two commits in a row';
  }
  return newest;
}

/**
 * Each commit writes the head that its predecessor did not write. Otherwise the newest that is found is not the last
 * commit. A new store and a compacted copy have one that no commit has written yet.
 */
function isAfter(newest: StoreHead, older: StoreHead): boolean {
  return older.commit === 0 || newest.commit === older.commit + 1;
}

function headAt(file: number, position: number): StoreHead | undefined {
  const buffer = Buffer.alloc(headLength);
  if (readSync(file, buffer, 0, headLength, position) < headLength) return undefined;
  // The size of a page stands where the list of free pages, whose pages have no other, would name that of a key.
  const pageSize = buffer.readUInt32LE(freeTreeAt);
  const isSound =
    buffer.readUInt16LE(flagsAt) === isMeta &&
    buffer.readUInt32LE(magicAt) === magic &&
    buffer.readUInt32LE(versionAt) === version &&
    pageSizes.includes(pageSize);
  if (!isSound) return undefined;
  return {
    pageSize,
    lastPage: numberAt(buffer, lastPageAt),
    commit: numberAt(buffer, commitAt),
    free: readTree(buffer, freeTreeAt),
    main: readTree(buffer, mainTreeAt),
  };
}
