// The disk on which a folder lies: what its block device has counted, and how long a flush takes.

import { closeSync, fdatasyncSync, fsyncSync, openSync, readFileSync, realpathSync, rmSync, writeSync } from 'node:fs';
import { existsSync } from 'node:fs';
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
  // Of several at one place the last one is seen.
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

/** Times of one `fdatasync` after a write of 4 KiB in place, in ms. */
export function flushTimes(folder: string, times: number): number[] {
  const path = join(folder, 'flushed');
  const file = openSync(path, 'w');
  const block = Buffer.alloc(blockBytes, 1);
  try {
    for (let i = 0; i < blocks; i++) writeSync(file, block, 0, blockBytes, i * blockBytes);
    fsyncSync(file);
    return Array.from({ length: times }, (_, i) => {
      writeSync(file, block, 0, blockBytes, (i % blocks) * blockBytes);
      const from = performance.now();
      fdatasyncSync(file);
      return performance.now() - from;
    });
  } finally {
    closeSync(file);
    rmSync(path, { force: true });
  }
}
