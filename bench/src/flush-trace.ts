// Counts the flushes of a process by a trace of its system calls, where there is `strace`.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const calls = ['fdatasync', 'fsync', 'msync', 'sync_file_range', 'pwrite64', 'pwritev', 'pwritev2'];
const attachMs = 5_000;
const endMs = 5_000;
const pollMs = 20;
/** Every write to a file that was opened so is a flush. */
const dsync = 0o10_000;

export function canTrace(): boolean {
  return spawnSync('strace', ['-e', 'trace=none', 'true'], { stdio: 'ignore' }).status === 0;
}

/** Runs `work` under a trace of the process with all its threads. Resolves to the number of flushes that it made. */
export async function flushesDuring(pid: number, file: string, work: () => Promise<unknown>): Promise<number> {
  const args = ['-f', '-e', `trace=${calls.join(',')}`, '-e', 'signal=none', '-o', file, '-p', String(pid)];
  const strace = spawn('strace', args, { stdio: 'ignore' });
  try {
    await attached(pid, strace);
    await work();
  } finally {
    await end(strace);
  }
  const lines = readFileSync(file, 'utf8').split('\n');
  rmSync(file, { force: true });
  const flushing = flushingFiles(pid);
  return lines.filter((line) => isFlush(line, flushing)).length;
}

async function attached(pid: number, strace: ChildProcess): Promise<void> {
  const until = performance.now() + attachMs;
  const isTraced = (thread: string) =>
    !readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8').includes('TracerPid:\t0');
  while (!readdirSync(`/proc/${pid}/task`).every(isTraced)) {
    if (performance.now() > until || strace.exitCode !== null) throw new Error('strace could not trace the store');
    await delay(pollMs);
  }
}

async function end(strace: ChildProcess): Promise<void> {
  if (strace.exitCode !== null || strace.signalCode !== null) return;
  const exited = once(strace, 'exit');
  strace.kill('SIGINT');
  const timer = setTimeout(() => strace.kill('SIGKILL'), endMs);
  await exited;
  clearTimeout(timer);
}

/** Numbers of the open files whose writes flush. */
function flushingFiles(pid: number): ReadonlySet<string> {
  const flags = (fd: string) => /^flags:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8'))?.[1] ?? '0';
  return new Set(readdirSync(`/proc/${pid}/fdinfo`).filter((fd) => Number.parseInt(flags(fd), 8) & dsync));
}

/** The begin of a call: one that was interrupted by another thread's ends on a line of its own. */
function isFlush(line: string, flushing: ReadonlySet<string>): boolean {
  const [, call, first] = /^\d+\s+(\w+)\((\w+)/.exec(line) ?? [];
  if (call === undefined || first === undefined) return false;
  if (call === 'msync') return line.includes('MS_SYNC');
  return call.startsWith('pwrite') ? flushing.has(first) : true;
}
