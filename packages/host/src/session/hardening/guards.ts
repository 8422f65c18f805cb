// Replaces functions of Node with guarded ones.

import { refusal } from './refusals.js';

type Anything = (...args: readonly unknown[]) => unknown;

/** Checks the arguments of a call, and throws a refusal. */
export type ArgumentCheck = (args: readonly unknown[]) => void;

/** Returns a guarded proxy, which keeps the name, length, properties and `new` of its target. */
export function withCheck<T extends object>(target: T, check: ArgumentCheck): T {
  return new Proxy(target, {
    apply(func, self, args) {
      check(args);
      return Reflect.apply(func as Anything, self, args);
    },
    construct(func, args, newTarget) {
      check(args);
      return Reflect.construct(func as Anything, args, newTarget) as object;
    },
  });
}

/** Guards these functions of a module or prototype. Ignores those that this Node does not have. */
export function guard(owner: object | undefined, names: readonly string[], check: ArgumentCheck): void {
  replace(owner, names, (func) => withCheck(func, check));
}

/** Replaces these functions of a module or prototype. */
export function replace(
  owner: object | undefined,
  names: readonly string[],
  by: (func: Anything) => (...args: never[]) => unknown,
): void {
  const members = owner as Record<string, unknown> | undefined;
  for (const name of names) {
    const func = members?.[name];
    if (typeof func !== 'function') continue;
    const { enumerable = true } = Object.getOwnPropertyDescriptor(members, name) ?? {};
    Object.defineProperty(members, name, {
      value: by(func as Anything),
      writable: true,
      enumerable,
      configurable: true,
    });
  }
}

/** Makes process-wide settings read-only. */
export function freeze(owner: object | undefined, names: readonly string[], what: string): void {
  for (const name of names) {
    const found = owner && Object.getOwnPropertyDescriptor(owner, name);
    if (found === undefined || !found.configurable) continue;
    const get = found.get ?? (() => found.value as unknown);
    const set = () => {
      throw refusal(what);
    };
    Object.defineProperty(owner, name, { get, set, enumerable: found.enumerable ?? true, configurable: false });
  }
}
