// `gatehouse config`: the settings in effect with their sources, as YAML that could be a settings file, or as JSON.

import { stringify } from 'yaml';
import type { ReadSettings } from '../config/read-settings.js';
import { type SettingName, settingRows, settingTable } from '../config/settings.js';
import type { Call } from './call.js';

const hidden = '(hidden)';

export async function showConfig(call: Call): Promise<void> {
  for (const warning of call.warnings) process.stderr.write(`gatehouse: ${warning}\n`);
  process.stdout.write(call.json ? asJson(call) : asYaml(call));
}

export function asYaml({ settings, origins }: ReadSettings): string {
  const rows = settingRows.map(([name]) => {
    const value = shown(name, settings[name]);
    const text = value === undefined ? '' : ` ${stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trimEnd()}`;
    return { line: `${name}:${text}`, place: origins[name]?.place ?? (value === undefined ? 'not set' : 'default') };
  });
  const width = Math.max(...rows.map(({ line }) => line.length).filter((length) => length <= 60));
  return rows.map(({ line, place }) => `${line.padEnd(width)}  # ${place}\n`).join('');
}

export function asJson({ settings, origins }: ReadSettings): string {
  const entries = settingRows.map(([name]) => {
    const { source = 'default', place } = origins[name] ?? {};
    return [name, { value: shown(name, settings[name]) ?? null, source, ...(place !== undefined && { place }) }];
  });
  return `${JSON.stringify(Object.fromEntries(entries), undefined, 2)}\n`;
}

/** Hides a secret. A default is not secret. */
function shown(name: SettingName, value: unknown): unknown {
  const row: { readonly secret?: boolean; readonly default: unknown } = settingTable[name];
  return row.secret === true && value !== row.default ? hidden : value;
}
