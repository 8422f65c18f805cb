// How much memory a process takes, and what happens when that is more than it may.

import { readFileSync } from 'node:fs';

/** How often to look, in ms. A process that fills its memory as fast as it can takes some 1 MiB in each of them. */
const lookMs = 5;

/** Linux tells the memory of any process in pages; there they have 4 KiB, or 16 or 64 on some machines with ARM. */
const pageBytes = 4096;

/** What this process takes, in bytes: on Linux without the files that it has mapped, such as a database's. */
export function processBytes(): number {
  if (process.platform !== 'linux') return process.memoryUsage.rss();
  const [, resident, shared] = readFileSync('/proc/self/statm', 'latin1').split(' ').map(Number);
  return (resident! - shared!) * pageBytes;
}

export class ResidentMemory {
  readonly #mb: number;
  readonly #onExcess: (mb: number) => void;
  readonly #timer: NodeJS.Timeout | undefined;
  /** What Node itself took before there was a plugin. */
  #bare: number | undefined;
  #now = 0;

  /** `mb` is what it may take beyond what Node takes by itself. */
  constructor(pid: number, mb: number, onExcess: (mb: number) => void) {
    this.#mb = mb;
    this.#onExcess = onExcess;
    if (process.platform === 'linux') this.#timer = setInterval(() => this.#look(pid), lookMs);
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
  }

  #look(pid: number): void {
    try {
      const pages = Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]);
      this.told((pages * pageBytes) / 1024);
    } catch {
      // It has ended, which is told elsewhere.
    }
  }
}
