// The limit of file descriptors of the process, and how many a server needs at least.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { ListenError } from './listen.js';

/**
 * Kept free for everything but connections: the store (about ten), the log, the threads of plugins (about ten each, and
 * their own files), sessions that start while others end, a backup, certificates that are read again.
 */
export const reserved = 256;
/** Connections reserved for the admin port, so that clients cannot keep operators out. */
export const forOperators = 64;
/** The server does not start if it could take fewer clients. */
const fewestClients = 16;
/** Returns the limit of the process, which Node has raised to the hard limit; infinity if there is none, or unknown. */
export function descriptorLimit(): number {
  try {
    const text =
      process.platform === 'linux'
        ? /^Max open files +(\S+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1]
        : execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'latin1' }).trim();
    const limit = Number(text);
    return Number.isInteger(limit) ? limit : Number.POSITIVE_INFINITY;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/**
 * Called before anything is opened, and again once it is known how many descriptors are `kept` from clients.
 * @throws ListenError when the limit is too low to serve anybody
 */
export function refuseTooFew(kept = reserved + forOperators, limit = descriptorLimit()): void {
  const needed = kept + fewestClients;
  if (limit >= needed) return;
  const message = `this process may open ${limit} descriptors and needs ${needed}: raise the limit (ulimit -n, LimitNOFILE=)`;
  throw new ListenError('EMFILE', message, undefined);
}
