// How much memory a process takes, and what happens when that is more than it may.
//
// Linux shows it in a file, which is opened once and read again and again: where this process has no descriptor left,
// it could not be opened, and the guard would be blind just then.

import { closeSync, openSync, readSync } from 'node:fs';
import { trouble } from '../guarded.js';

/** How often to look, in ms. A process that fills its memory as fast as it can takes some 1 MiB in each of them. */
const lookMs = 5;

/** Linux tells the memory of any process in pages; there they have 4 KiB, or 16 or 64 on some machines with ARM. */
const pageBytes = 4096;

/** The pages of a process, by its file in the process file system of Linux. */
class PageFile {
  readonly #path: string;
  readonly #text = Buffer.alloc(128);
  #fd: number | undefined;

  constructor(pid: number | 'self') {
    this.#path = `/proc/${pid}/statm`;
    // Where it cannot be opened now, the first look tries again.
    try {
      this.#fd = openSync(this.#path, 'r');
    } catch {}
  }

  /** Resident and shared pages. @throws when the process has ended, or the file could not be opened */
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

/** This process's, for as long as the thread runs. */
let own: PageFile | undefined;

/**
 * What this process takes, in bytes: on Linux without the files that it has mapped, such as a database's. Undefined when
 * that is unknown now.
 */
export function processBytes(): number | undefined {
  return ownBytes(({ resident, shared }) => resident - shared);
}

/** All that it takes, in bytes; undefined when that is unknown now. */
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
  /** What Node itself took before there was a plugin. */
  #bare: number | undefined;
  #now = 0;

  /** `mb` is what it may take beyond what Node takes by itself. */
  constructor(pid: number, mb: number, onExcess: (mb: number) => void) {
    this.#mb = mb;
    this.#onExcess = onExcess;
    if (process.platform !== 'linux') return;
    this.#file = new PageFile(pid);
    this.#timer = setInterval(() => this.#look(), lookMs);
  }

  /** What it takes now is taken by Node itself. */
  isBare(): void {
    this.#bare = this.#now;
  }

  /** What the process says of itself, where nobody else can say it. */
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
      // Of one that has ended the end is told elsewhere. Else the last figure stands until the next look.
      if ((error as NodeJS.ErrnoException).code === 'EMFILE') trouble("a look at a process's memory", error);
    }
  }
}
