// Reads how much this process and its main thread have used so far.

import { readFileSync } from 'node:fs';

/** CPU time of the main thread, in µs. The time of the process has that of the store's own threads in it. */
export function threadCpuUs(): number {
  const { threadCpuUsage } = process as { threadCpuUsage?: () => NodeJS.CpuUsage };
  if (threadCpuUsage !== undefined) {
    const { user, system } = threadCpuUsage.call(process);
    return user + system;
  }
  const [nanoseconds] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ');
  return Number(nanoseconds) / 1_000;
}

/** Bytes passed to write calls. */
export function passedToWrite(): number {
  return Number(/^wchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);
}

/**
 * Memory that is the process's own, in MiB. Resident memory would have the pages of the store's file in it that LMDB
 * maps: they are the system's cache, which gives them back when it needs room.
 */
export function anonymousMib(): number {
  return Number(/^RssAnon:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1_024;
}
