// The kinds of value that a setting can have: how one is read from text, and what is said when it cannot be.

import { isIP } from 'node:net';

export interface SettingKind<T> {
  /** Ends the sentence "… is wrong: expected". */
  readonly expected: string;
  /** Of a variable, a flag, or a text in a file. Undefined, or an error thrown, when it is not what was expected. */
  readonly parse: (text: string) => T | undefined;
  /** Of what else a settings file can hold: a number, true or false, a list, a map. Undefined as for `parse`. */
  readonly accept?: (value: unknown) => T | undefined;
  /** Returns everything that is wrong inside a value that was taken, a sentence each. `tell` describes a part of it. */
  readonly complaintsInside?: (value: unknown, name: string, tell: (part: unknown) => string) => readonly string[];
  /** A wrong value may be quoted in an error, because no secret has this form. Absent: it is never quoted. */
  readonly isQuotable?: true;
}

/** Why a text cannot be read, in words that do not quote it. */
export class ValueError extends Error {
  override readonly name = 'ValueError';
}

export const text: SettingKind<string> = { expected: 'a text', parse: (value) => value };

export const address: SettingKind<string> = {
  expected: 'an IP address or localhost',
  parse: (value) => (isIP(value) !== 0 || value === 'localhost' ? value : undefined),
  isQuotable: true,
};

export const flag: SettingKind<boolean> = {
  expected: 'true or false',
  parse: (value) => ({ true: true, false: false, '1': true, '0': false })[value.toLowerCase()],
  accept: (value) => (typeof value === 'boolean' ? value : undefined),
  isQuotable: true,
};

export function whole(min: number, max: number): SettingKind<number> {
  return number({
    expected: `a whole number from ${min} to ${max}`,
    fits: (value): value is number => Number.isInteger(value) && (value as number) >= min && (value as number) <= max,
  });
}

export const port = whole(0, 65_535);

/** A number that is written in digits, and fits. */
export function number({
  expected,
  fits,
}: Pick<SettingKind<number>, 'expected'> & Fitting<number>): SettingKind<number> {
  const accept = (value: unknown) => (fits(value) ? value : undefined);
  const parse = (value: string) => (/^\d{1,15}$/.test(value) ? accept(Number(value)) : undefined);
  return { expected, accept, parse, isQuotable: true };
}

interface Fitting<T> {
  readonly fits: (value: unknown) => value is T;
}

export function oneOf<const T extends string>(...choices: readonly T[]): SettingKind<T> {
  return {
    expected: `one of ${choices.join(', ')}`,
    parse: (value) => choices.find((choice) => choice === value),
    isQuotable: true,
  };
}

/** A text of this length or more, whose value is never shown. */
export function secret(minLength: number): SettingKind<string> {
  return {
    expected: `at least ${minLength} characters without spaces`,
    parse: (value) => (value.length >= minLength && /^[\x21-\x7e]+$/.test(value) ? value : undefined),
  };
}
