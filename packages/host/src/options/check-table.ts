// Checks given options against a table of options, and merges them with the defaults.

import { didYouMean } from '@gatehouse/support/did-you-mean';
import { complaintsOfValue, isObject } from './kinds.js';
import type { CompleteOf, OptionEntry, OptionsOf, OptionTable } from './rows.js';

/** Returns everything that is wrong with options: which one, what was expected, what came. */
export function complaintsOfOptions(table: OptionTable, given: unknown, group = ''): readonly string[] {
  if (!isObject(given)) return complaintsOfValue(objects, given, group === '' ? 'options' : group);
  const prefix = group === '' ? '' : `${group}.`;
  return [
    ...unknownOptions(Object.keys(table), Object.keys(given), prefix),
    ...Object.entries(table).flatMap(([name, entry]) => complaintsOfEntry(entry, givenAt(given, name), prefix + name)),
  ];
}

const objects = { expected: 'an object', fits: isObject };

/** Returns complaints about unknown options. A mistyped one, such as a policy, would be assumed to be in effect. */
function unknownOptions(known: readonly string[], given: readonly string[], prefix: string): string[] {
  return given
    .filter((name) => !known.includes(name))
    .map((name) => `${prefix}${name}: there is no such option${didYouMean(name, known)}`);
}

function complaintsOfEntry(entry: OptionEntry, value: unknown, at: string): readonly string[] {
  const mayBeLeftOut = 'rows' in entry || entry.required !== true;
  if (value === undefined && mayBeLeftOut) return [];
  return 'rows' in entry ? complaintsOfOptions(entry.rows, value, at) : complaintsOfValue(entry.kind, value, at);
}

/** Returns valid options with the defaults of those that were left out. */
export function withDefaults<T extends OptionTable>(table: T, given: OptionsOf<T>): CompleteOf<T> {
  return complete(table, given) as CompleteOf<T>;
}

function complete(table: OptionTable, given: object): object {
  return Object.fromEntries(
    Object.entries(table).map(([name, entry]) => [name, completeEntry(entry, givenAt(given, name))]),
  );
}

/** Inherited options count, because the caller would see them too. */
function givenAt(given: object, name: string): unknown {
  return (given as Readonly<Record<string, unknown>>)[name];
}

function completeEntry(entry: OptionEntry, value: unknown): unknown {
  if ('rows' in entry) return complete(entry.rows, (value as object | undefined) ?? {});
  return value ?? ('default' in entry ? entry.default : undefined);
}
