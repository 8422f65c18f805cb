// Leaves room in the thread pool that the whole process shares: of the computations that a plugin hands to it and that
// can take seconds, one is in the pool at a time, and the others wait in the plugin's thread.
//
// Those of `crypto.subtle` go another way and are not bounded.

import { replace } from './guards.js';

type Anything = (...args: readonly unknown[]) => unknown;

/** Functions of node:crypto that compute in the pool when their last argument is a callback. */
const slow = ['pbkdf2', 'scrypt', 'argon2', 'generateKeyPair', 'generatePrime', 'checkPrime'];

const waiting: (() => void)[] = [];
let isAtWork = false;

export function sharePool(): void {
  replace(process.getBuiltinModule('node:crypto'), slow, (func) => {
    // A proxy keeps what hangs on the function, such as how it is turned into one with a promise.
    return new Proxy(func, { apply: (target, self, args) => inTurn(target.bind(self), args) });
  });
}

function inTurn(func: Anything, args: readonly unknown[]): unknown {
  const callback = args.at(-1);
  if (typeof callback !== 'function') return func(...args);
  const compute = () => {
    isAtWork = true;
    func(...args.slice(0, -1), (...outcome: readonly unknown[]) => {
      try {
        (callback as Anything)(...outcome);
      } finally {
        next();
      }
    });
  };
  if (isAtWork) waiting.push(() => orRefused(compute, callback as Anything));
  else orThrown(compute);
  return undefined;
}

function next(): void {
  isAtWork = false;
  waiting.shift()?.();
}

/** What is wrong with the arguments is thrown, as by the function itself. */
function orThrown(compute: () => void): void {
  try {
    compute();
  } catch (error) {
    next();
    throw error;
  }
}

/** Too late to be thrown to who called. */
function orRefused(compute: () => void, callback: Anything): void {
  try {
    compute();
  } catch (error) {
    callback(error);
    next();
  }
}
