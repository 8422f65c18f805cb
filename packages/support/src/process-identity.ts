// Names a process so that another one can find out later whether it still runs.

import { readFileSync, readlinkSync } from 'node:fs';

export interface ProcessIdentity {
  readonly pid: number;
  /** Ticks from the boot to its start, because numbers are reused. Empty where the system does not report it. */
  readonly started: string;
  /** The namespace that the number belongs to. Empty where there are none. */
  readonly namespace?: string;
  /** The boot of the machine. Empty where the system does not report it. */
  readonly boot?: string;
}

/** `unknown`: it belongs to another machine, boot or container, or the system hides it. */
export type Life = 'alive' | 'gone' | 'unknown';

export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, started: startOf('self'), ...place() };
}

/** Returns `gone` and `alive` only with proof. */
export function lifeOf({ pid, started, namespace, boot }: ProcessIdentity): Life {
  const here = place();
  if ((namespace ?? here.namespace) !== here.namespace || (boot ?? here.boot) !== here.boot) return 'unknown';
  if (!exists(pid)) return 'gone';
  const found = isOwnProc() ? startOf(pid) : '';
  if (found === '' && started !== '') return 'unknown';
  return found === started ? 'alive' : 'gone';
}

function place() {
  return {
    namespace: orEmpty(() => readlinkSync('/proc/self/ns/pid')),
    boot: orEmpty(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
  };
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** False when /proc is that of another namespace, whose numbers mean other processes. */
function isOwnProc(): boolean {
  return orEmpty(() => readlinkSync('/proc/self')) === String(process.pid);
}

function startOf(pid: number | 'self'): string {
  return orEmpty(() => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the program, in brackets, may hold anything; what follows it may not.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  });
}

function orEmpty(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
