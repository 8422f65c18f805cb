// Every setting of the server: one table of kinds, defaults and purposes, its rows by subject in rows/. The key of a row
// is its name in a settings file; its variable and its flag derive from that (config/names.ts).

import { accountSettings } from './rows/accounts.js';
import { dataFolderSettings } from './rows/data-folder.js';
import { messageSettings } from './rows/messages.js';
import { pluginSettings } from './rows/plugins.js';
import { portSettings } from './rows/ports.js';
import { runningSettings } from './rows/running.js';
import type { SettingRow } from './rows/setting-row.js';

export const settingTable = {
  ...dataFolderSettings,
  ...portSettings,
  ...pluginSettings,
  ...messageSettings,
  ...accountSettings,
  ...runningSettings,
} as const satisfies Record<string, SettingRow<never> | SettingRow<unknown>>;

type Table = typeof settingTable;
type SettingOf<R> = R extends SettingRow<infer T> ? T : never;

export type SettingName = keyof Table;
export type Settings = { readonly [N in SettingName]: SettingOf<Table[N]> };

export const settingRows = Object.entries(settingTable) as readonly [SettingName, SettingRow<unknown>][];

export const settingRowOf = (name: SettingName): SettingRow<unknown> => settingTable[name];

export const defaultSettings = Object.fromEntries(settingRows.map(([name, row]) => [name, row.default])) as Settings;
