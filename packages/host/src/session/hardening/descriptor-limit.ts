// Limits the descriptors that a plugin's thread has open at once: files, folders and sockets. Functions that open and
// close a file themselves need no limit: in a thread of the server's process they wait their turn, see pool-share.ts,
// and another process has its own descriptors.

import type { EventEmitter } from 'node:events';
import { replace } from './guards.js';

// Importing them all as ES modules would add some milliseconds to a thread's start.
const dgram = process.getBuiltinModule('node:dgram');
const fs = process.getBuiltinModule('node:fs');
const net = process.getBuiltinModule('node:net');

/** Files that the thread has opened. */
export const own = new Set<number>();

/**
 * Descriptors that one thread may have open at once. The whole process, with all connections of the server, often has
 * 1,024. A plugin that leaks them hits this limit before the server runs out. No plugin is known to need more.
 */
const openMax = 256;

/** Number of descriptors that are not in `own`: opens under way, folders and sockets. */
let others = 0;

/** Throws the error of Node for a process without free descriptors, which libraries handle by waiting. */
export function refuseMore(): void {
  if (own.size + others < openMax) return;
  const message = `a plugin's thread may have ${openMax} file descriptors open at once, and has as many: close some first`;
  throw Object.assign(new Error(message), { code: 'EMFILE', syscall: 'open' });
}

/** Counts one more until the returned function is called. @throws if there are too many */
export function countOne(): () => void {
  refuseMore();
  return count();
}

function count(): () => void {
  others++;
  let isCounted = true;
  return () => {
    if (isCounted) others--;
    isCounted = false;
  };
}

/** Counts every descriptor from now on. */
export function boundDescriptors(): void {
  boundFolders();
  boundSockets();
}

export type Callback = (error: Error | null, ...outcome: unknown[]) => void;
type Open = (...args: unknown[]) => void;

/**
 * Calls a function whose last argument is a callback, and counts a descriptor meanwhile. `keep` receives the result.
 * If there are too many, the callback receives the error.
 */
export function calledBack(args: unknown[], callback: Callback, keep: (value: unknown) => void, func: Open): void {
  let end: () => void;
  try {
    end = countOne();
  } catch (error) {
    process.nextTick(callback, error as Error);
    return;
  }
  const noted = (error: Error | null, ...outcome: unknown[]) => {
    end();
    if (!error) keep(outcome[0]);
    callback(error, ...outcome);
  };
  try {
    func(...args.slice(0, -1), noted);
  } catch (error) {
    end();
    throw error;
  }
}

type Folder = object;

const folders = new WeakMap<Folder, () => void>();
/** Uncounts folders that are not closed explicitly: Node closes them once they are garbage. */
const forgotten = new FinalizationRegistry<() => void>((end) => end());

function boundFolders(): void {
  const note = (folder: Folder, end: () => void) => {
    folders.set(folder, end);
    forgotten.register(folder, end);
  };
  replace(fs, ['opendirSync'], (open) => (...args: unknown[]) => {
    const end = countOne();
    return openedBy(() => (open as (...args: unknown[]) => Folder)(...args), end, note);
  });
  replace(fs, ['opendir'], (open) => (...args: unknown[]) => {
    const callback = args.at(-1);
    if (typeof callback !== 'function') return (open as Open)(...args);
    // The count of the open under way has just ended, so this one is added without checking the limit.
    return calledBack(args, callback as Callback, (folder) => note(folder as Folder, count()), open as Open);
  });
  replace(fs.promises, ['opendir'], (open) => async (...args: unknown[]) => {
    const end = countOne();
    try {
      const folder = (await (open as (...args: unknown[]) => Promise<Folder>)(...args)) as Folder;
      note(folder, end);
      return folder;
    } catch (error) {
      end();
      throw error;
    }
  });
  for (const name of ['close', 'closeSync'] as const) {
    replace(fs.Dir.prototype, [name], (close) => {
      return function closed(this: Folder, ...args: never[]) {
        folders.get(this)?.();
        return Reflect.apply(close, this, args);
      };
    });
  }
}

function openedBy(open: () => Folder, end: () => void, note: (folder: Folder, end: () => void) => void): Folder {
  try {
    const folder = open();
    note(folder, end);
    return folder;
  } catch (error) {
    end();
    throw error;
  }
}

interface Socket {
  once(event: 'close', listener: () => void): unknown;
  destroy(): void;
}

/** Counts the sockets that it connects, listens with, and accepts, each once. */
function boundSockets(): void {
  const counted = new WeakSet<object>();
  const take = (socket: Socket) => {
    if (counted.has(socket)) return;
    socket.once('close', countOne());
    counted.add(socket);
  };
  const counting = (func: (...args: readonly unknown[]) => unknown) => {
    return function used(this: Socket, ...args: never[]) {
      take(this);
      return Reflect.apply(func, this, args);
    };
  };
  replace(net.Socket.prototype, ['connect'], counting);
  replace(dgram.Socket.prototype, ['bind'], counting);
  replace(net.Server.prototype, ['listen'], (listen) => {
    return function listening(this: Socket & EventEmitter, ...args: never[]) {
      take(this);
      this.prependListener('connection', (socket: Socket) => {
        try {
          take(socket);
        } catch {
          socket.destroy();
        }
      });
      return Reflect.apply(listen, this, args);
    };
  });
}
