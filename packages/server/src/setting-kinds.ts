// The kinds of value that a setting can have: how one is read from text, and what is said when it cannot be.

import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import type { HostOptions } from '@gatehouse/host';

export type WaitMode = NonNullable<NonNullable<HostOptions['gate']>['wait']>;

export interface SettingKind<T> {
  /** Ends the sentence "… is wrong: expected". */
  readonly expected: string;
  /** Undefined, or an error thrown, when the text is not what was expected. */
  readonly parse: (text: string) => T | undefined;
}

export const text: SettingKind<string> = { expected: 'a text', parse: (value) => value };

export const address: SettingKind<string> = {
  expected: 'an IP address or localhost',
  parse: (value) => (isIP(value) !== 0 || value === 'localhost' ? value : undefined),
};

export const flag: SettingKind<boolean> = {
  expected: 'true or false',
  parse: (value) => ({ true: true, false: false, '1': true, '0': false })[value.toLowerCase()],
};

export function whole(min: number, max: number): SettingKind<number> {
  return {
    expected: `a whole number from ${min} to ${max}`,
    parse: (value) => {
      const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
      return number >= min && number <= max ? number : undefined;
    },
  };
}

export const port = whole(0, 65_535);

export function oneOf<const T extends string>(...choices: readonly T[]): SettingKind<T> {
  return {
    expected: `one of ${choices.join(', ')}`,
    parse: (value) => choices.find((choice) => choice === value),
  };
}

/** How threads wait for each other: `adaptive`, `park`, or so many µs of spinning. */
export const wait: SettingKind<WaitMode> = {
  expected: 'adaptive, park, or microseconds to spin, from 0 to 2000',
  parse: (value) => {
    if (value === 'adaptive' || value === 'park') return value;
    const spinUs = whole(0, 2000).parse(value);
    return spinUs === undefined ? undefined : { spinUs };
  },
};

/** Bytes, as a power of two. */
export function powerOfTwo(min: number, max: number): SettingKind<number> {
  return {
    expected: `a power of two from ${min} to ${max}`,
    parse: (value) => {
      const number = whole(min, max).parse(value);
      return number === undefined || (number & (number - 1)) !== 0 ? undefined : number;
    },
  };
}

export function list(separator: string): SettingKind<readonly string[]> {
  return {
    expected: `a list separated by ${separator}`,
    parse: (value) =>
      value
        .split(separator)
        .map((item) => item.trim())
        .filter((item) => item !== ''),
  };
}

/** A text of this length or more, whose value is never shown. */
export function secret(minLength: number): SettingKind<string> {
  return {
    expected: `at least ${minLength} characters without spaces`,
    parse: (value) => (value.length >= minLength && /^[\x21-\x7e]+$/.test(value) ? value : undefined),
  };
}

export type ConfigByPlugin = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export const pluginConfig: SettingKind<ConfigByPlugin> = {
  expected: 'a JSON object with an object for each plugin, or the path of a file that holds one',
  parse: (value) => {
    const parsed = jsonOf(value);
    return isObject(parsed) && Object.values(parsed).every(isObject) ? (parsed as ConfigByPlugin) : undefined;
  },
};

export type GrantByPlugin = NonNullable<HostOptions['grants']>;

/** What may be granted is known to the host, which says what is wrong with a grant. */
export const pluginGrants: SettingKind<GrantByPlugin> = {
  expected: 'a JSON object with a grant for each plugin, or the path of a file that holds one',
  parse: (value) => {
    const parsed = jsonOf(value);
    return isObject(parsed) ? (parsed as GrantByPlugin) : undefined;
  },
};

export type PolicyByPlugin = NonNullable<HostOptions['policies']>;

/** What the policies of each plugin may be is known to the host, which says what is wrong with one. */
export const pluginPolicies: SettingKind<PolicyByPlugin> = {
  expected: 'a JSON object with a policy for each plugin, or the path of a file that holds one',
  parse: (value) => {
    const parsed = jsonOf(value);
    return isObject(parsed) ? (parsed as PolicyByPlugin) : undefined;
  },
};

/** JSON as it stands, or the path of a file with it. */
function jsonOf(value: string): unknown {
  return JSON.parse(value.trimStart().startsWith('{') ? value : readFileSync(value, 'utf8'));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
