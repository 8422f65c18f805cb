// The default of a setting, in words for people.

import type { SettingRow } from './rows/setting-row.js';

/** Returns `not set` where there is none. */
export function defaultText({ default: value, defaultText }: SettingRow<unknown>): string {
  if (defaultText !== undefined) return defaultText;
  if (value === undefined) return 'not set';
  return Array.isArray(value) ? value.join(', ') : typeof value === 'string' ? value : JSON.stringify(value);
}
