// Leaves room in the thread pool that the whole process shares: each plugin's thread has one piece of work in the pool
// at a time, and the rest waits in the plugin's thread.

import { replace } from './guards.js';

type Anything = (...args: readonly unknown[]) => unknown;
type Callback = (...outcome: readonly unknown[]) => unknown;

// Importing them all as ES modules would add some milliseconds to a thread's start.
const crypto = process.getBuiltinModule('node:crypto');
const dns = process.getBuiltinModule('node:dns');
const fs = process.getBuiltinModule('node:fs');
const zlib = process.getBuiltinModule('node:zlib');

const list = (names: string) => names.split(', ');

/**
 * Functions that work in the pool if their last argument is a callback. None of them calls another one, because it
 * would wait for itself. So `fs.writeFile` is bounded by the `open` and `write` that it calls.
 */
const withCallback: readonly (readonly [owner: object, names: readonly string[]])[] = [
  [crypto, list('pbkdf2, scrypt, argon2, hkdf, generateKey, generateKeyPair, generatePrime, checkPrime')],
  [crypto, list('sign, verify, diffieHellman, encapsulate, decapsulate, randomBytes, randomFill, randomInt')],
  [fs, list('open, read, readv, write, writev, fsync, fdatasync, ftruncate, readFile, copyFile, readdir')],
  [fs, list('stat, lstat, fstat, statfs, access, readlink, link, symlink, rename, unlink, utimes, chmod')],
  [dns, list('lookup, lookupService')],
];

/** Functions that return a promise. Those of `fs.promises` call each other's originals, not the replacements. */
const promised: readonly (readonly [owner: object, names: readonly string[]])[] = [
  [
    Object.getPrototypeOf(crypto.webcrypto.subtle) as object,
    list('encrypt, decrypt, sign, verify, digest, generateKey, deriveKey, deriveBits').concat(
      list(
        'importKey, exportKey, wrapKey, unwrapKey, encapsulateBits, encapsulateKey, decapsulateBits, decapsulateKey',
      ),
    ),
  ],
  [fs.promises, list('open, readFile, writeFile, appendFile, copyFile, readdir, stat, lstat, statfs, access')],
  [fs.promises, list('readlink, realpath, link, symlink, rename, unlink, utimes, chmod, truncate')],
  [dns.promises, list('lookup, lookupService')],
];

/** Methods of an open file of `fs.promises`. Its class is found when the first one is opened. */
const ofHandles = list('read, readv, readFile, write, writev, writeFile, appendFile, stat, sync, datasync, truncate');

export function sharePool(): void {
  for (const [owner, names] of withCallback) replace(owner, names, inTurn);
  for (const [owner, names] of promised) replace(owner, names, promisedInTurn);
  replace(compressionClass(), ['_transform'], streamInTurn);
  replace(fs.promises, ['open'], (open) => async (...args: readonly unknown[]) => {
    const handle = (await open(...args)) as object;
    shareOfHandles(Object.getPrototypeOf(handle) as object);
    return handle;
  });
}

const shared = new WeakSet<object>();

function shareOfHandles(handles: object): void {
  if (shared.has(handles)) return;
  shared.add(handles);
  replace(handles, ofHandles, promisedInTurn);
}

/** Returns the base class of all zlib, Brotli and Zstandard streams, which their callback functions use too. */
function compressionClass(): object {
  let owner = zlib.Gzip.prototype as object;
  while (!Object.hasOwn(owner, '_transform')) owner = Object.getPrototypeOf(owner) as object;
  return owner;
}

const waiting: (() => void)[] = [];
let isAtWork = false;

/** Calls `work` when nothing else of this thread is in the pool. `work` must call `done` once it has left the pool. */
function whenFree(work: (done: () => void) => void): void {
  const begin = () => {
    isAtWork = true;
    let isDone = false;
    work(() => {
      if (isDone) return;
      isDone = true;
      isAtWork = false;
      waiting.shift()?.();
    });
  };
  if (isAtWork) waiting.push(begin);
  else begin();
}

/** Wraps a function in a proxy, which keeps its properties, such as its promisified form. */
function inTurn(func: Anything): Anything {
  return new Proxy(func, {
    apply(target, self, args: readonly unknown[]) {
      const callback = args.at(-1);
      if (typeof callback !== 'function') return Reflect.apply(target, self, args);
      return callInTurn(target, self, args.slice(0, -1), callback as Callback);
    },
  });
}

function callInTurn(func: Anything, self: unknown, args: readonly unknown[], callback: Callback): unknown {
  let isLate = false;
  let answer: unknown;
  whenFree((done) => {
    const finished = (...outcome: readonly unknown[]) => {
      try {
        return callback(...outcome);
      } finally {
        done();
      }
    };
    try {
      answer = Reflect.apply(func, self, [...args, finished]);
    } catch (error) {
      done();
      // An argument error is thrown, as by the function itself. If the call was queued, nobody could catch it.
      if (!isLate) throw error;
      callback(error);
    }
  });
  isLate = true;
  return answer;
}

function promisedInTurn(func: Anything): Anything {
  return new Proxy(func, {
    apply: (target, self, args) =>
      new Promise((resolve) => {
        whenFree((done) => {
          const answer = settle(() => Reflect.apply(target, self, args));
          answer.then(done, done);
          resolve(answer);
        });
      }),
  });
}

/** Turns an immediate throw into a rejection. */
async function settle(act: () => unknown): Promise<unknown> {
  return await act();
}

interface Closing {
  once(event: 'close', listener: () => void): unknown;
}

/** Wraps a stream's transform. Also ends at `close`, because a failed or destroyed stream does not call back. */
function streamInTurn(transform: Anything): Anything {
  return function inTurn(this: Closing, chunk: unknown, encoding: unknown, callback: unknown) {
    whenFree((done) => {
      this.once('close', done);
      const finished = (...outcome: readonly unknown[]) => {
        (this as unknown as NodeJS.EventEmitter).off('close', done);
        try {
          return (callback as Callback)(...outcome);
        } finally {
          done();
        }
      };
      Reflect.apply(transform, this, [chunk, encoding, finished]);
    });
  } as unknown as Anything;
}
