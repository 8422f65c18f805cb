// What Node refuses in the use of files is told in our words, also to a plugin that catches it.

import { replace } from './guards.js';
import { inOurWords, tellInOurWords } from './refusals.js';

// To import them all as ES modules would cost a thread's start some milliseconds more.
const fs = process.getBuiltinModule('node:fs');

type Anything = (...args: readonly unknown[]) => unknown;

/** Functions have small letters; the rest are classes, whose objects fail by way of functions. */
const functionsOf = (owner: object) => Object.keys(owner).filter((name) => /^[a-z]/.test(name));

/** Guards what belongs to `fs`: after everything else that is put before it. */
export function tellOfFilesInOurWords(): void {
  replace(fs, functionsOf(fs), (func) => withTraps(func, callNow));
  replace(fs.promises, functionsOf(fs.promises), (func) => withTraps(func, callLater));
}

/** A proxy keeps what hangs on the function, such as `native` and its promised form. */
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

/** Some answer with an iterator and no promise. */
function callLater(act: () => unknown): unknown {
  const answer = callNow(act);
  return answer instanceof Promise ? inOurWords(() => answer) : answer;
}

/** A callback is told of errors first. */
function withWords(argument: unknown): unknown {
  if (typeof argument !== 'function') return argument;
  return function (this: unknown, ...args: readonly unknown[]): unknown {
    tellInOurWords(args[0]);
    return Reflect.apply(argument as Anything, this, args);
  };
}
