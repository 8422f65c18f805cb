// Rewords Node's refusals in the use of files, also for a plugin that catches them.

import { replace } from './guards.js';
import { inOurWords, tellInOurWords } from './refusals.js';

// Importing them all as ES modules would add some milliseconds to a thread's start.
const fs = process.getBuiltinModule('node:fs');

type Anything = (...args: readonly unknown[]) => unknown;

/** Returns the names in lower case, which are functions. The others are classes, whose objects fail in functions. */
const functionsOf = (owner: object) => Object.keys(owner).filter((name) => /^[a-z]/.test(name));

/** Wraps the functions of `fs`. Must come after all other guards of `fs`. */
export function tellOfFilesInOurWords(): void {
  replace(fs, functionsOf(fs), (func) => withTraps(func, callNow));
  replace(fs.promises, functionsOf(fs.promises), (func) => withTraps(func, callLater));
}

/** Wraps a function in a proxy, which keeps its properties, such as `native` and its promised form. */
function withTraps(func: Anything, call: (act: () => unknown) => unknown): Anything {
  return new Proxy(func, {
    apply: (target, self, args) => call(() => Reflect.apply(target, self, args.map(withWords))),
  });
}

function callNow(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    tellInOurWords(error);
    throw error;
  }
}

/** Awaits a promise. Some functions return an iterator instead. */
function callLater(act: () => unknown): unknown {
  const answer = callNow(act);
  return answer instanceof Promise ? inOurWords(() => answer) : answer;
}

/** Wraps a callback, whose first argument is the error. */
function withWords(argument: unknown): unknown {
  if (typeof argument !== 'function') return argument;
  return function (this: unknown, ...args: readonly unknown[]): unknown {
    tellInOurWords(args[0]);
    return Reflect.apply(argument as Anything, this, args);
  };
}
