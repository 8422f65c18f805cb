// The host options that the settings set: each setting of an option goes to the option's place in the host's table.

import { type HostOptions, hostOptionRows, type OptionRow } from '@gatehouse/host';
import type { SettingRow } from './rows/setting-row.js';
import { type Settings, settingTable } from './settings.js';

type Group = { readonly rows: Readonly<Record<string, unknown>> };

/** The place of each option in a host's options, such as `['gate', 'budgetMs']`. */
const places = new Map<unknown, readonly string[]>(placesIn(hostOptionRows, []));

function placesIn(rows: object, above: readonly string[]): (readonly [unknown, readonly string[]])[] {
  return Object.entries(rows).flatMap(([name, row]: [string, OptionRow<never> | Group]) => {
    const place = [...above, name];
    return 'rows' in row ? placesIn(row.rows, place) : [[row, place] as const];
  });
}

/** Leaves out what has the host's own default: the host treats a chosen budget differently from the default. */
export function hostOptionsOf(settings: Settings): HostOptions {
  const options: Record<string, unknown> = {};
  for (const [name, row] of Object.entries(settingTable) as [keyof Settings, SettingRow<unknown>][]) {
    const place = places.get(row.option);
    const value = settings[name];
    if (place === undefined || isDefault(row.option, value)) continue;
    put(options, place, value);
  }
  return options as unknown as HostOptions;
}

function isDefault(option: SettingRow<unknown>['option'], value: unknown): boolean {
  return option !== undefined && 'default' in option && option.default === value;
}

function put(options: Record<string, unknown>, [first, ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    options[first!] = value;
    return;
  }
  const group = (options[first!] ?? {}) as Record<string, unknown>;
  options[first!] = group;
  put(group, rest, value);
}
