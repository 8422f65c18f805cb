// Built-ins that the session uses after foreign code has run in its thread, captured before any has run: a plugin may
// replace or delete whatever it likes.
//
// Where a decision depends on it, the session walks arrays by index, because iterators and `map` are built-ins too.

import { types } from 'node:util';

export const { apply, getPrototypeOf } = Reflect;
export const { getOwnPropertyNames, hasOwn } = Object;
export const { isArray } = Array;
export const { isPromise } = types;
export const { toString: functionToString } = Function.prototype;
export const objectPrototype: object = Object.prototype;
export const TakenPromise = Promise;
export const repeat = setInterval;
export const endRepeat = clearInterval;
export const soon = setImmediate;

/** Undefined in a Node that has removed it. */
export const { register: registerModuleHooks } = process.getBuiltinModule('node:module');

const { bind } = Function.prototype;

/** Returns the function as a method of `self`. */
export function bound<F>(func: F, self: unknown): F {
  return apply(bind, func as never, [self]) as F;
}

export const now = bound(performance.now, performance);
