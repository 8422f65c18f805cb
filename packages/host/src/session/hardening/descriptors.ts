// Restricts a plugin's thread to the file descriptors that it opened itself. All threads of a process share one table:
// a number that is closed or written to by mistake can be the server's database or a client's connection.

import type { EventEmitter } from 'node:events';
import type { FileHandle } from 'node:fs/promises';
import { boundDescriptors, type Callback, calledBack, countOne, own, refuseMore } from './descriptor-limit.js';
import { guard, replace } from './guards.js';
import { refusal } from './refusals.js';

// Importing them all as ES modules would add some milliseconds to a thread's start.
const fs = process.getBuiltinModule('node:fs');
const net = process.getBuiltinModule('node:net');
const tty = process.getBuiltinModule('node:tty');

/** Functions whose first argument is a descriptor, or can be one. */
const takers = [
  'read, readv, write, writev, fsync, fdatasync, ftruncate, fchmod, fchown, futimes, fstat',
  'readFile, writeFile, appendFile',
].flatMap((names) => names.split(', ').flatMap((name) => [name, `${name}Sync`]));

function check([first]: readonly unknown[]): void {
  if (typeof first !== 'number' || own.has(first)) return;
  const advice = first <= 2 ? '; print with console or context.log' : '';
  throw refusal(`use the file descriptor ${first}, which its thread did not open${advice}`);
}

/** Checks a descriptor that is passed in options. */
function checkOption([first]: readonly unknown[]): void {
  const { fd } = (typeof first === 'object' && first !== null ? first : {}) as { readonly fd?: unknown };
  check([fd]);
}

type OpenSync = (...args: unknown[]) => number;
type Open = (...args: unknown[]) => void;
type OpenHandle = (...args: unknown[]) => Promise<FileHandle>;

/** Restricts the thread from now on to the descriptors that it opens. */
export function keepToOwnDescriptors(): void {
  noteWhatIsOpened();
  guard(fs, takers, check);
  guard(fs, ['close', 'closeSync'], (args) => {
    check(args);
    own.delete(args[0] as number);
  });
  guard(net, ['Socket', 'Stream'], checkOption);
  guard(tty, ['ReadStream', 'WriteStream'], check);
  boundDescriptors();
}

function noteWhatIsOpened(): void {
  replace(fs, ['openSync'], (open) => (...args: unknown[]) => {
    refuseMore();
    const fd = (open as OpenSync)(...args);
    own.add(fd);
    return fd;
  });
  replace(fs, ['open'], (open) => (...args: unknown[]) => {
    const callback = args.at(-1);
    if (typeof callback !== 'function') return (open as Open)(...args);
    const note = (fd: unknown) => own.add(fd as number);
    return calledBack(args, callback as Callback, note, open as Open);
  });
  replace(fs.promises, ['open'], (open) => async (...args: unknown[]) => {
    const opened = countOne();
    try {
      const handle = await (open as OpenHandle)(...args);
      const { fd } = handle;
      own.add(fd);
      (handle as unknown as EventEmitter).once('close', () => own.delete(fd));
      return handle;
    } finally {
      opened();
    }
  });
}
