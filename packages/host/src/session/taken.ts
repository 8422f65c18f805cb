// Built-ins that the session uses once foreign code has run in its thread, taken before any has: a plugin may replace
// or delete whatever it likes.
//
// The session walks arrays by index where a decision hangs on it, because iterators and `map` are built-ins too.

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

/** Undefined in a Node that has dropped it. */
export const { register: registerModuleHooks } = process.getBuiltinModule('node:module');

const { bind } = Function.prototype;

/** The function as a method of `self`. */
export function bound<F>(func: F, self: unknown): F {
  return apply(bind, func as never, [self]) as F;
}

export const now = bound(performance.now, performance);
