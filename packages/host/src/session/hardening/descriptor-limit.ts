// Bounds the descriptors that a plugin's thread has open at once: files, folders and sockets. Functions that open a file
// for themselves and close it again need no bound: in a thread of the server's process they wait their turn, see
// pool-share.ts, and another process has descriptors of its own.

import type { EventEmitter } from 'node:events';
import { replace } from './guards.js';

// To import them all as ES modules would cost a thread's start some milliseconds more.
const dgram = process.getBuiltinModule('node:dgram');
const fs = process.getBuiltinModule('node:fs');
const net = process.getBuiltinModule('node:net');

/** Files that the thread has opened. */
export const own = new Set<number>();

/**
 * Descriptors that one thread may have open at once. The process, and so the server with all its connections, often has
 * 1,024 of them: a plugin that leaks them shall notice before the server does. No plugin is known to need more.
 */
const openMax = 256;

/** Others than numbers in `own`: opens under way, folders and sockets. */
let others = 0;

/** As Node tells that the process has no more, which libraries know how to wait for. */
export function refuseMore(): void {
  if (own.size + others < openMax) return;
  const message = `a plugin's thread may have ${openMax} file descriptors open at once, and has as many: close some first`;
  throw Object.assign(new Error(message), { code: 'EMFILE', syscall: 'open' });
}

/** Counts one more until the returned function is called. @throws when there are too many */
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

/** From now on each counts. */
export function boundDescriptors(): void {
  boundFolders();
  boundSockets();
}

export type Callback = (error: Error | null, ...outcome: unknown[]) => void;
type Open = (...args: unknown[]) => void;

/**
 * Calls a function whose last argument is a callback, and counts a descriptor meanwhile; `keep` takes over what came of
 * it. That there are too many is told to the callback.
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
/** One that nobody closes is closed by Node once it is garbage. */
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
    // What was counted meanwhile is free again: it is counted anew without a look at the limit.
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

/** Those that it connects, listens with, and accepts; each is counted once. */
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
