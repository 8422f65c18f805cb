// Measures the memory of a process, and acts when it exceeds its limit.
//
// Linux reports it in a file, which is opened once and read repeatedly: with no descriptor left, it could not be
// opened, and the guard would be blind just then.

import { closeSync, openSync, readSync } from 'node:fs';
import { trouble } from '../guarded.js';

/** Interval of the looks, in ms. A process that fills its memory as fast as it can takes about 1 MiB in each ms. */
const lookMs = 5;

/** Size of a page, the unit in which Linux reports memory: 4 KiB, or 16 or 64 on some ARM machines. */
const pageBytes = 4096;

/** The pages of a process, by its file in the process file system of Linux. */
class PageFile {
  readonly #path: string;
  readonly #text = Buffer.alloc(128);
  #fd: number | undefined;

  constructor(pid: number | 'self') {
    this.#path = `/proc/${pid}/statm`;
    // If it cannot be opened now, the first look tries again.
    try {
      this.#fd = openSync(this.#path, 'r');
    } catch {}
  }

  /** Returns resident and shared pages. @throws if the process has ended, or the file could not be opened */
  read(): { readonly resident: number; readonly shared: number } {
    this.#fd ??= openSync(this.#path, 'r');
    const length = readSync(this.#fd, this.#text, 0, this.#text.length, 0);
    const [, resident = 0, shared = 0] = this.#text.toString('latin1', 0, length).split(' ').map(Number);
    return { resident, shared };
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }
}

/** The file of this process, open for as long as the thread runs. */
let own: PageFile | undefined;

/**
 * Returns the memory of this process, in bytes; on Linux without its mapped files, such as a database. Undefined if
 * unknown now.
 */
export function processBytes(): number | undefined {
  return ownBytes(({ resident, shared }) => resident - shared);
}

/** Returns all memory of this process, in bytes; undefined if unknown now. */
export function residentBytes(): number | undefined {
  return ownBytes(({ resident }) => resident);
}

function ownBytes(pagesOf: (pages: ReturnType<PageFile['read']>) => number): number | undefined {
  try {
    if (process.platform !== 'linux') return process.memoryUsage.rss();
    own ??= new PageFile('self');
    return pagesOf(own.read()) * pageBytes;
  } catch (error) {
    trouble("a look at the process's memory", error);
    return undefined;
  }
}

export class ResidentMemory {
  readonly #mb: number;
  readonly #onExcess: (mb: number) => void;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #file: PageFile | undefined;
  /** Memory of Node itself before there was a plugin, in MiB. */
  #bare: number | undefined;
  #now = 0;

  /** `mb` is the limit in MiB, beyond what Node takes by itself. */
  constructor(pid: number, mb: number, onExcess: (mb: number) => void) {
    this.#mb = mb;
    this.#onExcess = onExcess;
    if (process.platform !== 'linux') return;
    this.#file = new PageFile(pid);
    this.#timer = setInterval(() => this.#look(), lookMs);
  }

  /** Counts the current memory as Node's own. */
  isBare(): void {
    this.#bare = this.#now;
  }

  /** Takes a figure in KiB, from the process itself where it cannot be measured from outside. */
  told(kib: number): void {
    this.#now = kib / 1024;
    if (this.#bare !== undefined && this.#now - this.#bare > this.#mb)
      this.#onExcess(Math.round(this.#now - this.#bare));
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#file?.close();
  }

  #look(): void {
    try {
      this.told(((this.#file?.read().resident ?? 0) * pageBytes) / 1024);
    } catch (error) {
      // The end of a process is reported elsewhere. Otherwise the last figure is kept until the next look.
      if ((error as NodeJS.ErrnoException).code === 'EMFILE') trouble("a look at a process's memory", error);
    }
  }
}
