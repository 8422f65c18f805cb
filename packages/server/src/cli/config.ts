// `gatehouse config`: the settings in effect with their sources, as YAML that could be a settings file, or as JSON.

import { stringify } from 'yaml';
import type { ReadSettings } from '../config/read-settings.js';
import { type Overruled, overruledIn } from '../config/remembered.js';
import { type SettingName, settingRows, settingTable } from '../config/settings.js';
import { pluginStateFile } from '../data-folder/plugin-state-file.js';
import type { Call } from './call.js';

const hidden = '(hidden)';

export async function showConfig(call: Call): Promise<void> {
  const found = await overruledIn(pluginStateFile(call.settings.dataFolder), call.settings);
  const unreadable = typeof found === 'string' ? [found] : [];
  for (const warning of [...call.warnings, ...unreadable]) process.stderr.write(`gatehouse: ${warning}\n`);
  const overruled = typeof found === 'string' ? undefined : found;
  process.stdout.write(call.json ? asJson(call, overruled) : asYaml(call, overruled));
}

function asYaml({ settings, origins }: ReadSettings, overruled: Overruled | undefined): string {
  const rows = settingRows.map(([name]) => {
    const value = shown(name, settings[name]);
    const text = value === undefined ? '' : ` ${stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trimEnd()}`;
    return { line: `${name}:${text}`, place: origins[name]?.place ?? (value === undefined ? 'not set' : 'default') };
  });
  const width = Math.max(...rows.map(({ line }) => line.length).filter((length) => length <= 60));
  const remark = overruled === undefined ? '' : `# ${wordsOf(overruled)}\n`;
  return rows
    .map(({ line, place }) => `${line.padEnd(width)}  # ${place}\n${line.startsWith('enabled:') ? remark : ''}`)
    .join('');
}

/** The remark stands below the setting, as a comment of the file that the output is. */
function wordsOf({ file, enabled, disabled }: Overruled): string {
  const parts = [
    ...(disabled.length > 0 ? [`disabled: ${disabled.join(', ')}`] : []),
    ...(enabled.length > 0 ? [`enabled: ${enabled.join(', ')}`] : []),
  ];
  return `enabled is overruled by the choices of operators in ${file}: ${parts.join('; ')}`;
}

function asJson({ settings, origins }: ReadSettings, overruled: Overruled | undefined): string {
  const entries = settingRows.map(([name]) => {
    const { source = 'default', place } = origins[name] ?? {};
    const value = shown(name, settings[name]) ?? null;
    const remark = name === 'enabled' && overruled !== undefined && { overruled };
    return [name, { value, source, ...(place !== undefined && { place }), ...remark }];
  });
  return `${JSON.stringify(Object.fromEntries(entries), undefined, 2)}\n`;
}

/** Hides a secret. A default is not secret. */
function shown(name: SettingName, value: unknown): unknown {
  const row: { readonly secret?: boolean; readonly default: unknown } = settingTable[name];
  return row.secret === true && value !== row.default ? hidden : value;
}
