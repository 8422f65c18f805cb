// The kinds of values that an option can have: a description of what is expected, and the check.

import { inspect } from 'node:util';
import type { AnyHookSet } from '@gatehouse/plugin-api/hooks';
import type { WaitMode } from '../channel/index.js';
import { type HostLogger, neededMethods } from '../contract/host-log.js';
import type { Describe } from '../contract/policy.js';

export interface OptionKind<T> {
  /** Ends the sentence "expected …". */
  readonly expected: string;
  /** Whether a value is of this kind, apart from its parts. */
  readonly fits: (value: unknown) => value is T;
  /** Names everything that is wrong with the parts of a value that fits, a sentence each. `tell` describes a part. */
  readonly complaintsInside?: (value: unknown, at: string, tell?: Describe) => readonly string[];
}

export type ValueOf<K> = K extends OptionKind<infer T> ? T : never;

export interface NumberKind extends OptionKind<number> {
  readonly min: number;
  readonly max: number;
}

export interface WaitKind extends OptionKind<WaitMode> {
  readonly spinUs: NumberKind;
}

export interface MapKind<T> extends OptionKind<Readonly<Record<string, T>>> {
  /** The value of one entry, for a person. */
  readonly of: string;
}

/** Returns everything that is wrong with a value; empty if it is valid. */
export function complaintsOfValue(
  kind: OptionKind<unknown>,
  value: unknown,
  at: string,
  tell?: Describe,
): readonly string[] {
  if (!kind.fits(value)) return [`${at}: expected ${kind.expected}, got ${(tell ?? inShort)(value)}`];
  return kind.complaintsInside?.(value, at, tell) ?? [];
}

function inShort(value: unknown): string {
  return inspect(value, { depth: 0 });
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const textOfUnit = (unit: string | undefined) => (unit === undefined ? '' : ` (${unit})`);

export function whole(min: number, max: number, unit?: string): NumberKind {
  return {
    min,
    max,
    expected: `a whole number from ${min} to ${max}${textOfUnit(unit)}`,
    fits: (value): value is number => Number.isInteger(value) && (value as number) >= min && (value as number) <= max,
  };
}

export function powerOfTwo(min: number, max: number, unit?: string): NumberKind {
  const numbers = whole(min, max);
  return {
    min,
    max,
    expected: `a power of two from ${min} to ${max}${textOfUnit(unit)}`,
    fits: (value): value is number => numbers.fits(value) && (value & (value - 1)) === 0,
  };
}

export function oneOf<const T extends string>(choices: readonly T[]): OptionKind<T> {
  return {
    expected: `one of ${choices.join(', ')}`,
    fits: (value): value is T => (choices as readonly unknown[]).includes(value),
  };
}

/** A list of values of one kind. */
export function listOf<T>(kind: OptionKind<T>): OptionKind<readonly T[]> {
  return {
    expected: `a list, each ${kind.expected}`,
    fits: (value): value is readonly T[] => Array.isArray(value) && value.every((item) => kind.fits(item)),
  };
}

export const abortSignal: OptionKind<AbortSignal> = {
  expected: 'an AbortSignal',
  fits: (value) => value instanceof AbortSignal,
};

export const flag: OptionKind<boolean> = {
  expected: 'true or false',
  fits: (value) => typeof value === 'boolean',
};

export function path(expected: string): OptionKind<string> {
  return { expected, fits: (value) => typeof value === 'string' };
}

export function listOfText(expected: string): OptionKind<readonly string[]> {
  return {
    expected,
    fits: (value): value is readonly string[] =>
      Array.isArray(value) && value.every((item) => typeof item === 'string'),
  };
}

/** A map by plugin name. `complaintsOf` names everything that is wrong with its entries. */
export function byPlugin<T>(
  of: string,
  complaintsOf: (map: object, at: string, tell?: Describe) => readonly string[],
): MapKind<T> {
  return {
    of,
    expected: `an object with ${of} for each plugin`,
    fits: (value): value is Readonly<Record<string, T>> => isObject(value),
    complaintsInside: (value, at, tell) => complaintsOf(value as object, at, tell),
  };
}

/** A map by plugin name with an object for each. Its values may be secret, so they are not shown. */
export function objectByPlugin(of: string): MapKind<Readonly<Record<string, unknown>>> {
  return byPlugin(of, (map, at) =>
    Object.entries(map).flatMap(([plugin, value]) => (isObject(value) ? [] : [`${at}.${plugin}: expected an object`])),
  );
}

/** A map by plugin name with a value of one kind for each. */
export function eachByPlugin<T>(kind: OptionKind<T>): MapKind<T> {
  return byPlugin(kind.expected, (map, at, tell) =>
    Object.entries(map).flatMap(([plugin, value]) => complaintsOfValue(kind, value, `${at}.${plugin}`, tell)),
  );
}

export function waitMode(spinUs: NumberKind): WaitKind {
  return {
    spinUs,
    expected: "'adaptive', 'park' or { spinUs }",
    fits: (value): value is WaitMode => value === 'adaptive' || value === 'park' || isObject(value),
    complaintsInside: (value, at, tell) =>
      isObject(value) ? complaintsOfValue(spinUs, (value as { spinUs?: unknown }).spinUs, `${at}.spinUs`, tell) : [],
  };
}

export const tableOfHooks: OptionKind<AnyHookSet> = {
  expected: 'a table of hooks, made with defineHooks',
  fits: (value): value is AnyHookSet =>
    isObject(value) &&
    ['rows', 'description', 'rowHashes'].every((part) => isObject((value as AnyHookSet)[part as 'rows'])),
};

const expectedLogger = `a logger with ${neededMethods.slice(0, -1).join(', ')} and ${neededMethods.at(-1)}, or false`;

export const logger: OptionKind<HostLogger | false> = {
  expected: expectedLogger,
  fits: (value): value is HostLogger | false => value === false || isObject(value),
  // By name, because a logger in short is long. One of winston's has the levels that its maker chose.
  complaintsInside: (value, at) => {
    if (value === false) return [];
    const missing = neededMethods.filter((method) => typeof (value as Partial<HostLogger>)[method] !== 'function');
    return missing.length === 0 ? [] : [`${at}: expected ${expectedLogger}, got one without ${missing.join(', ')}`];
  },
};
