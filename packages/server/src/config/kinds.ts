// The kinds of value that a setting can have: how one is read from text, and what is said when it cannot be.

import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { complaintsOfGrants, complaintsOfPolicies, type HostOptions, isolations } from '@gatehouse/host';

export type WaitMode = NonNullable<NonNullable<HostOptions['gate']>['wait']>;

export interface SettingKind<T> {
  /** Ends the sentence "… is wrong: expected". */
  readonly expected: string;
  /** Of a variable, a flag, or a text in a file. Undefined, or an error thrown, when it is not what was expected. */
  readonly parse: (text: string) => T | undefined;
  /** Of what else a settings file can hold: a number, true or false, a list, a map. Undefined as for `parse`. */
  readonly accept?: (value: unknown) => T | undefined;
  /** What is wrong inside of a map that was taken, a sentence each. */
  readonly complaintsOf?: (map: object) => readonly string[];
}

export const text: SettingKind<string> = { expected: 'a text', parse: (value) => value };

export const address: SettingKind<string> = {
  expected: 'an IP address or localhost',
  parse: (value) => (isIP(value) !== 0 || value === 'localhost' ? value : undefined),
};

export const flag: SettingKind<boolean> = {
  expected: 'true or false',
  parse: (value) => ({ true: true, false: false, '1': true, '0': false })[value.toLowerCase()],
  accept: (value) => (typeof value === 'boolean' ? value : undefined),
};

export function whole(min: number, max: number): SettingKind<number> {
  return number(
    `a whole number from ${min} to ${max}`,
    (value) => Number.isInteger(value) && value >= min && value <= max,
  );
}

export const port = whole(0, 65_535);

/** Bytes, as a power of two. */
export function powerOfTwo(min: number, max: number): SettingKind<number> {
  return number(
    `a power of two from ${min} to ${max}`,
    (value) => value >= min && value <= max && Number.isInteger(Math.log2(value)),
  );
}

function number(expected: string, fits: (value: number) => boolean): SettingKind<number> {
  const accept = (value: unknown) => (typeof value === 'number' && fits(value) ? value : undefined);
  return { expected, accept, parse: (value) => (/^\d{1,15}$/.test(value) ? accept(Number(value)) : undefined) };
}

export function oneOf<const T extends string>(...choices: readonly T[]): SettingKind<T> {
  return {
    expected: `one of ${choices.join(', ')}`,
    parse: (value) => choices.find((choice) => choice === value),
  };
}

const spin = whole(0, 2000);

/** How threads wait for each other: `adaptive`, `park`, or so many µs of spinning. */
export const wait: SettingKind<WaitMode> = {
  expected: 'adaptive, park, or microseconds to spin, from 0 to 2000',
  parse: (value) => (value === 'adaptive' || value === 'park' ? value : spinning(spin.parse(value))),
  accept: (value) => spinning(spin.accept!(isObject(value) ? value.spinUs : value)),
};

function spinning(spinUs: number | undefined): WaitMode | undefined {
  return spinUs === undefined ? undefined : { spinUs };
}

export function list(separator: string): SettingKind<readonly string[]> {
  return {
    expected: `a list of texts (in one text: separated by "${separator}")`,
    parse: (value) =>
      value
        .split(separator)
        .map((item) => item.trim())
        .filter((item) => item !== ''),
    accept: (value) => (Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined),
  };
}

/** A text of this length or more, whose value is never shown. */
export function secret(minLength: number): SettingKind<string> {
  return {
    expected: `at least ${minLength} characters without spaces`,
    parse: (value) => (value.length >= minLength && /^[\x21-\x7e]+$/.test(value) ? value : undefined),
  };
}

/** A map with an entry for each plugin: as it stands in a settings file, as JSON, or as the path of a JSON file. */
function byPlugin<T>(
  what: string,
  complaintsOf: (map: object) => readonly string[],
): SettingKind<Readonly<Record<string, T>>> {
  const accept = (value: unknown) => (isObject(value) ? (value as Record<string, T>) : undefined);
  return {
    expected: `a map with ${what} for each plugin (in one text: as JSON, or the path of a JSON file)`,
    parse: (value) => accept(JSON.parse(value.trimStart().startsWith('{') ? value : readFileSync(value, 'utf8'))),
    accept,
    complaintsOf,
  };
}

export type ConfigByPlugin = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Whether a configuration fits is known once the manifest of its plugin is. */
export const pluginConfig: SettingKind<ConfigByPlugin> = byPlugin('a configuration', (map) =>
  Object.entries(map).flatMap(([plugin, config]) => (isObject(config) ? [] : [`${plugin}: expected a map`])),
);

export type GrantByPlugin = NonNullable<HostOptions['grants']>;

export const pluginGrants: SettingKind<GrantByPlugin> = byPlugin('a grant', complaintsOfGrants);

export type PolicyByPlugin = NonNullable<HostOptions['policies']>;

export const pluginPolicies: SettingKind<PolicyByPlugin> = byPlugin('a policy', complaintsOfPolicies);

export type IsolationByPlugin = NonNullable<HostOptions['isolation']>;

export const pluginIsolation: SettingKind<IsolationByPlugin> = byPlugin(`one of ${isolations.join(', ')}`, (map) =>
  Object.entries(map).flatMap(([plugin, tier]) =>
    isolations.includes(tier) ? [] : [`${plugin}: expected one of ${isolations.join(', ')}`],
  ),
);

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
