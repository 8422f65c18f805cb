// The pages of the file of an embedded store, read without LMDB, which trusts them and would end the process over a
// damaged one.

import { readSync } from 'node:fs';
import { numberAt } from './words.js';

const pageNumberAt = 0;
const commitAt = 8;
const flagsAt = 18;
const runAt = 20;
export const pageHead = 24;

const isRun = 0x04;

export const pageFlags = { branch: 0x01, leaf: 0x02 } as const;

/** What the head of a file says of its pages. */
export interface PagedFile {
  readonly pageSize: number;
  readonly lastPage: number;
  /** The number of the last commit. */
  readonly commit: number;
}

/** Describes a page that differs from what LMDB writes. */
export class PageFault extends Error {}

export class StorePages {
  readonly #file: number;
  readonly #head: PagedFile;
  readonly #onRead: () => void;
  /** A bit for each page that something refers to. */
  readonly #used: Uint8Array;
  #usedCount = 0;

  /** `onRead` is called for each page that is read. */
  constructor(file: number, head: PagedFile, onRead: () => void = () => {}) {
    this.#file = file;
    this.#head = head;
    this.#onRead = onRead;
    this.#used = new Uint8Array(Math.floor(head.lastPage / 8) + 1);
  }

  get size(): number {
    return this.#head.pageSize;
  }

  get used(): number {
    return this.#usedCount;
  }

  /** Reads a page of a tree, and notes that it is used. @throws PageFault */
  read(page: number, flags: number): Buffer {
    this.use(page, 1);
    const found = this.#bytes(page, 1);
    this.#checkHead(found, page);
    if (found.readUInt16LE(flagsAt) !== flags) throw new PageFault(`page ${page} is of another kind`);
    return found;
  }

  /** Reads a value that has pages of its own, and notes that they are used. @throws PageFault */
  readRun(page: number, count: number, length: number): Buffer {
    if (count !== Math.floor((pageHead - 1 + length) / this.size) + 1) {
      throw new PageFault(`a value of ${length} bytes has ${count} pages`);
    }
    this.use(page, count);
    const found = this.#bytes(page, count);
    this.#checkHead(found, page);
    if (found.readUInt16LE(flagsAt) !== isRun || found.readUInt32LE(runAt) !== count) {
      throw new PageFault(`page ${page} does not begin a value of ${count} pages`);
    }
    return found.subarray(pageHead, pageHead + length);
  }

  /** @throws PageFault when there are no such pages, or something else refers to one of them */
  use(page: number, count: number): void {
    if (!(page >= 2 && page + count - 1 <= this.#head.lastPage)) throw new PageFault(`there is no page ${page}`);
    for (let one = page; one < page + count; one++) {
      const bit = 1 << (one & 7);
      if ((this.#used[one >> 3]! & bit) !== 0) throw new PageFault(`page ${one} is used for two things`);
      this.#used[one >> 3]! |= bit;
    }
    this.#usedCount += count;
  }

  #checkHead(found: Buffer, page: number): void {
    if (numberAt(found, pageNumberAt) !== page) throw new PageFault(`page ${page} does not begin as one does`);
    if (numberAt(found, commitAt) > this.#head.commit) throw new PageFault(`page ${page} is of no commit`);
  }

  #bytes(page: number, count: number): Buffer {
    const buffer = Buffer.allocUnsafe(count * this.size);
    this.#onRead();
    if (this.#readInto(buffer, page * this.size) < buffer.length) throw new PageFault(`page ${page} is cut off`);
    return buffer;
  }

  #readInto(buffer: Buffer, position: number): number {
    try {
      return readSync(this.#file, buffer, 0, buffer.length, position);
    } catch (error) {
      throw new PageFault(`the disk cannot read at ${position}: ${(error as Error).message}`);
    }
  }
}
