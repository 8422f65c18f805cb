// Leaves room in the thread pool that the whole process shares: of all that a plugin's thread hands to it, one piece of
// work is in the pool at a time, and the rest waits in the plugin's thread.

import { replace } from './guards.js';

type Anything = (...args: readonly unknown[]) => unknown;
type Callback = (...outcome: readonly unknown[]) => unknown;

// To import them all as ES modules would cost a thread's start some milliseconds more.
const crypto = process.getBuiltinModule('node:crypto');
const dns = process.getBuiltinModule('node:dns');
const fs = process.getBuiltinModule('node:fs');
const zlib = process.getBuiltinModule('node:zlib');

const list = (names: string) => names.split(', ');

/**
 * Functions that work in the pool when their last argument is a callback. None of these calls another of them: it would
 * wait for itself. So `fs.writeFile` is bounded by the `open` and `write` that it calls.
 */
const withCallback: readonly (readonly [owner: object, names: readonly string[]])[] = [
  [crypto, list('pbkdf2, scrypt, argon2, hkdf, generateKey, generateKeyPair, generatePrime, checkPrime')],
  [crypto, list('sign, verify, diffieHellman, encapsulate, decapsulate, randomBytes, randomFill, randomInt')],
  [fs, list('open, read, readv, write, writev, fsync, fdatasync, ftruncate, readFile, copyFile, readdir')],
  [fs, list('stat, lstat, fstat, statfs, access, readlink, link, symlink, rename, unlink, utimes, chmod')],
  [dns, list('lookup, lookupService')],
];

/** Functions that answer with a promise. Those of `fs.promises` call each other past what is replaced. */
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

/** Of an open file of `fs.promises`, whose class is found by the first one that is opened. */
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

/** The class of all streams of zlib, Brotli and Zstandard, by which their functions with a callback work too. */
function compressionClass(): object {
  let owner = zlib.Gzip.prototype as object;
  while (!Object.hasOwn(owner, '_transform')) owner = Object.getPrototypeOf(owner) as object;
  return owner;
}

const waiting: (() => void)[] = [];
let isAtWork = false;

/** Calls `work` when nothing else of this thread is in the pool; `done` has to be called once it is no longer. */
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

/** A proxy keeps what hangs on the function, such as how it is turned into one with a promise. */
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
      // What is wrong with the arguments is thrown, as by the function itself; later there is nobody to catch it.
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

/** What a function with a promise throws at once, it rejects with. */
async function settle(act: () => unknown): Promise<unknown> {
  return await act();
}

interface Closing {
  once(event: 'close', listener: () => void): unknown;
}

/** A stream that fails or is destroyed does not call back. */
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
