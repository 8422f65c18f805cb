// Reads settings that are options of the host from text. The kind of the option defines the accepted values.

import { readFileSync } from 'node:fs';
import type { MapKind, NumberKind, OptionKind, WaitKind, WaitMode } from '@gatehouse/host';
import { number, type SettingKind, ValueError } from './kinds.js';
import { readYaml } from './yaml-text.js';

export function asNumber(kind: NumberKind): SettingKind<number> {
  return number(kind);
}

export function asChoice<T extends string>({ expected, fits }: OptionKind<T>): SettingKind<T> {
  return { expected, parse: (value) => (fits(value) ? value : undefined), isQuotable: true };
}

export function asList(separator: string) {
  return ({ expected, fits }: OptionKind<readonly string[]>): SettingKind<readonly string[]> => ({
    expected: `${expected} (in one text: separated by "${separator}")`,
    parse: (value) =>
      value
        .split(separator)
        .map((item) => item.trim())
        .filter((item) => item !== ''),
    accept: (value) => (fits(value) ? value : undefined),
    takesEmpty: true,
  });
}

/** A map: as such in a settings file, as JSON, or as the path of a JSON file. */
export function asMap<T>({ of, fits, complaintsInside }: MapKind<T>): SettingKind<Readonly<Record<string, T>>> {
  const accept = (value: unknown) => (fits(value) ? value : undefined);
  return {
    expected: `a map with ${of} for each plugin (in one text: as JSON, or the path of a JSON file)`,
    parse: (value) => accept(value === '' ? {} : jsonOf(value.trimStart().startsWith('{') ? value : textOf(value))),
    accept,
    takesEmpty: true,
    ...(complaintsInside && { complaintsInside }),
  };
}

/** Reads JSON as YAML, a superset, which allows a trailing comma and refuses duplicate keys. @throws ValueError */
function jsonOf(text: string): unknown {
  const { contents, complaints, plain } = readYaml(text);
  if (complaints.length > 0) throw new ValueError(`line ${complaints[0]}`);
  return plain(contents);
}

/** @throws ValueError */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ValueError(`it is neither JSON that begins with { nor the path of a file that can be read (${code})`);
  }
}

/** A wait mode; a number means so many µs of spinning. */
export function asWait({ fits, spinUs, complaintsInside }: WaitKind): SettingKind<WaitMode> {
  const { parse, accept } = number(spinUs);
  return {
    expected: `adaptive, park, or ${spinUs.expected} to spin`,
    parse: (value) => (fits(value) ? value : spinning(parse(value))),
    accept: (value) => (typeof value === 'number' ? spinning(accept!(value)) : fits(value) ? value : undefined),
    isQuotable: true,
    ...(complaintsInside && { complaintsInside }),
  };
}

function spinning(spinUs: number | undefined): WaitMode | undefined {
  return spinUs === undefined ? undefined : { spinUs };
}
