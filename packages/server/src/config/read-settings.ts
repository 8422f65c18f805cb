// The settings in effect: defaults, over them a file, over it the environment, over that the flags.

import { inspect } from 'node:util';
import { configVariable, type Environment, settingsOfEnvironment, strangeVariables } from './environment.js';
import type { Given, GivenSettings, Origin } from './given.js';
import { defaultSettings, type SettingName, type SettingRow, type Settings, settingTable } from './settings.js';
import { settingsOfFile } from './settings-file.js';

export interface SettingSources {
  /** The settings file; else the one that GATEHOUSE_CONFIG names, else gatehouse.yaml or its like, if it is there. */
  readonly file?: string | undefined;
  readonly env?: Environment;
  readonly flags?: GivenSettings;
}

export interface ReadSettings {
  readonly settings: Settings;
  /** Where each setting comes from that has not its default. */
  readonly origins: { readonly [N in SettingName]?: Origin };
  /** What was given and is ignored, a sentence each. */
  readonly warnings: readonly string[];
}

/** Names everything that is wrong, a line each, with the place it came from and what was expected there. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** What a later source gives goes before an earlier one; all that is given has to be right. @throws SettingsError */
export function readSettings({ file, env = {}, flags = { given: [], complaints: [] } }: SettingSources): ReadSettings {
  const inFile = settingsOfFile(file ?? (env[configVariable] || undefined));
  const complaints = [...inFile.complaints, ...flags.complaints];
  const settings: Partial<Record<SettingName, unknown>> = {};
  const origins: Partial<Record<SettingName, Origin>> = {};
  for (const given of [...inFile.given, ...settingsOfEnvironment(env), ...flags.given]) {
    const value = taken(settingTable[given.name], given.value);
    complaints.push(...(value === undefined ? [complaintOf(given)] : complaintsInside(given, value)));
    settings[given.name] = value;
    origins[given.name] = given.origin;
  }
  if (complaints.length > 0) throw new SettingsError(complaints.join('\n'));
  return { settings: { ...defaultSettings, ...settings } as Settings, origins, warnings: strangeVariables(env) };
}

function taken({ kind }: SettingRow<unknown>, given: unknown): unknown {
  try {
    return typeof given === 'string' ? kind.parse(given) : kind.accept?.(given);
  } catch {
    return undefined;
  }
}

function complaintOf({ name, origin, value }: Given): string {
  const { kind, secret }: SettingRow<unknown> = settingTable[name];
  const found = secret ? '' : `, found ${shortened(value)}`;
  return `${name} (${origin.place}) is wrong: expected ${kind.expected}${found}`;
}

/** A map, for instance, may have the right shape and wrong entries. */
function complaintsInside({ name, origin }: Given, value: unknown): string[] {
  const { kind }: SettingRow<unknown> = settingTable[name];
  const complaints = kind.complaintsInside?.(value, name) ?? [];
  return complaints.map((complaint) => `${name} (${origin.place}) is wrong: ${complaint}`);
}

function shortened(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : inspect(value, { depth: 1, breakLength: Infinity });
  return text.length <= 120 ? text : `${text.slice(0, 119)}…`;
}
