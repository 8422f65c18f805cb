// The disk on which a folder lies: what its block device has counted, and how long a flush takes.

import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

export interface DiskCounts {
  readonly writtenBytes: number;
  readonly flushes: number;
}

// Fields of a device's `stat`, from 0.
const sectorsWrittenAt = 6;
const flushesAt = 15;
const sectorBytes = 512;

/** A device. Its counters are those of the disk itself, while those of a process count whole folios of dirty pages. */
export class Disk {
  readonly #stat: string;
  /** Flushes are counted for whole disks alone. */
  readonly #flushStat: string;

  private constructor(device: string) {
    this.#stat = join(device, 'stat');
    this.#flushStat = existsSync(join(device, 'partition')) ? join(device, '..', 'stat') : this.#stat;
  }

  /** Returns undefined where no such counters are: on other systems, in memory, on several devices, over a network. */
  static of(folder: string): Disk | undefined {
    const number = deviceNumberOf(folder);
    const link = `/sys/dev/block/${number}`;
    return number !== undefined && existsSync(join(link, 'stat')) ? new Disk(realpathSync(link)) : undefined;
  }

  counts(): DiskCounts {
    const flushes = fieldsOf(this.#flushStat)[flushesAt] ?? Number.NaN;
    return { writtenBytes: fieldsOf(this.#stat)[sectorsWrittenAt]! * sectorBytes, flushes };
  }
}

function fieldsOf(stat: string): number[] {
  return readFileSync(stat, 'utf8').trim().split(/\s+/).map(Number);
}

/** `major:minor` of the file system that the folder is in. */
function deviceNumberOf(folder: string): string | undefined {
  if (!existsSync('/proc/self/mountinfo')) return undefined;
  const path = realpathSync(folder);
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').trim().split('\n').map(mountIn);
  const around = mounts.filter(({ at }) => path === at || path.startsWith(at.endsWith('/') ? at : `${at}/`));
  // The last of several at one place is the one that is seen.
  return around.toSorted((a, b) => a.at.length - b.at.length).at(-1)?.device;
}

function mountIn(line: string): { readonly device: string; readonly at: string } {
  const [, , device, , at] = line.split(' ');
  return {
    device: device!,
    at: at!.replaceAll(/\\(\d{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8))),
  };
}

const blockBytes = 4_096;
const blocks = 256;

/** Flushes a file of its own: the least that an answer costs which means "on disk". */
export class FlushProbe {
  readonly #path: string;
  readonly #file: number;
  readonly #block = Buffer.alloc(blockBytes, 1);
  #next = 0;

  constructor(folder: string) {
    this.#path = join(folder, 'flushed');
    this.#file = openSync(this.#path, 'w');
    for (let i = 0; i < blocks; i++) this.#write();
    fsyncSync(this.#file);
  }

  /** Returns the time of one `fdatasync` after a write of 4 KiB in place, in ms. */
  ms(): number {
    this.#write();
    const from = performance.now();
    fdatasyncSync(this.#file);
    return performance.now() - from;
  }

  close(): void {
    closeSync(this.#file);
    rmSync(this.#path, { force: true });
  }

  #write(): void {
    writeSync(this.#file, this.#block, 0, blockBytes, (this.#next++ % blocks) * blockBytes);
  }
}
