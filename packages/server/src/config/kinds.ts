// The kinds of value that a setting can have: each parses text and describes what it expects.

import { isIP } from 'node:net';

export interface SettingKind<T> {
  /** Ends the sentence "… is wrong: expected". */
  readonly expected: string;
  /** Reads a variable, a flag, or a text in a file. Returns undefined or throws when it is not what was expected. */
  readonly parse: (text: string) => T | undefined;
  /** Reads other values of a settings file: a number, true or false, a list, a map. Undefined as for `parse`. */
  readonly accept?: (value: unknown) => T | undefined;
  /** Returns a sentence for each error inside an accepted value. `tell` describes a part of the value. */
  readonly complaintsInside?: (value: unknown, name: string, tell: (part: unknown) => string) => readonly string[];
  /** An empty text means none. Absent: an empty variable counts as not set, and an empty flag lacks its value. */
  readonly takesEmpty?: true;
  /** Invalid values may be quoted in errors, because no secret has this form. Absent: they are never quoted. */
  readonly isQuotable?: true;
}

/** The reason why a text cannot be read, in words that do not quote it. */
export class ValueError extends Error {
  override readonly name = 'ValueError';
}

export const text: SettingKind<string> = { expected: 'a text', parse: (value) => value };

export const address: SettingKind<string> = {
  expected: 'an IP address or localhost',
  parse: (value) => (isIP(value) !== 0 || value === 'localhost' ? value : undefined),
  isQuotable: true,
};

/** The number of proxies in front, or the addresses and networks that they connect from. */
export type TrustedProxies = number | readonly string[];

const hopsMax = 16;

/** Proxies that are believed when they name the address of a client. */
export const proxies: SettingKind<TrustedProxies> = {
  expected:
    `a number of proxies from 0 to ${hopsMax}, or the addresses and networks they connect from, such as 10.0.0.0/8 ` +
    '(in one text: separated by ",")',
  parse: (value) => {
    if (/^\d+$/.test(value)) return hops(Number(value));
    return networks(value.split(',').map((item) => item.trim()));
  },
  accept: (value) => {
    if (typeof value === 'number') return hops(value);
    return Array.isArray(value) && value.every((item) => typeof item === 'string') ? networks(value) : undefined;
  },
  isQuotable: true,
};

function hops(value: number): number | undefined {
  return Number.isInteger(value) && value >= 0 && value <= hopsMax ? value : undefined;
}

/** @throws ValueError */
function networks(items: readonly string[]): readonly string[] | undefined {
  const named = items.filter((item) => item !== '');
  for (const item of named) checkNetwork(item);
  return named.length > 0 ? named : undefined;
}

/** @throws ValueError */
function checkNetwork(item: string): void {
  const [base, bits, ...more] = item.split('/');
  const version = isIP(base ?? '');
  const longest = version === 6 ? 128 : 32;
  const isNetwork = version !== 0 && more.length === 0 && (bits === undefined || /^\d{1,3}$/.test(bits));
  if (!isNetwork || Number(bits ?? longest) > longest)
    throw new ValueError(
      `${JSON.stringify(item.slice(0, 60))} is neither an IP address nor a network such as 10.0.0.0/8`,
    );
  if (Number(bits ?? longest) === 0)
    throw new ValueError(`"${item}" are all addresses: any client could then claim to be any other`);
}

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

/** A number in decimal digits that fits. */
export function number({
  expected,
  fits,
}: Pick<SettingKind<number>, 'expected'> & Fitting<number>): SettingKind<number> {
  const accept = (value: unknown) => (fits(value) ? value : undefined);
  const parse = (value: string) => (/^\d{1,16}$/.test(value) ? accept(Number(value)) : undefined);
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

/** A text of at least this length, whose value is never shown. */
export function secret(minLength: number): SettingKind<string> {
  return {
    expected: `at least ${minLength} characters without spaces`,
    parse: (value) => (value.length >= minLength && /^[\x21-\x7e]+$/.test(value) ? value : undefined),
  };
}
