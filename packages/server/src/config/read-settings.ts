// Reads the settings in effect: flags override the environment, which overrides the file, which overrides the defaults.

import { contradictions, exposedToken } from './contradictions.js';
import { configVariable, type Environment, settingsOfEnvironment, strangeVariables } from './environment.js';
import { quoted, typeOf } from './found-value.js';
import type { Given, GivenSettings, Origin } from './given.js';
import { ValueError } from './kinds.js';
import type { SettingRow } from './rows/setting-row.js';
import { defaultSettings, type SettingName, type Settings, settingRowOf, settingTable } from './settings.js';
import { settingsOfFile } from './settings-file.js';

export interface SettingSources {
  /** The settings file; else the one that GATEHOUSE_CONFIG names, else gatehouse.yaml, .yml or .json if it exists. */
  readonly file?: string | undefined;
  readonly env?: Environment;
  readonly flags?: GivenSettings;
}

export interface ReadSettings {
  readonly settings: Settings;
  /** The origin of each setting that was given, instead of its default. */
  readonly origins: { readonly [N in SettingName]?: Origin };
  /** A sentence for each ignored entry. */
  readonly warnings: readonly string[];
}

/** Lists everything that is wrong, a line each, with its place and what was expected there. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** Later sources override earlier ones; every value given has to be valid, even if overridden. @throws SettingsError */
export function readSettings({ file, env = {}, flags = { given: [], complaints: [] } }: SettingSources): ReadSettings {
  const inFile = settingsOfFile(file ?? (env[configVariable] || undefined));
  const complaints = [...inFile.complaints, ...flags.complaints];
  const settings: Partial<Record<SettingName, unknown>> = {};
  const origins: Partial<Record<SettingName, Origin>> = {};
  for (const given of [...inFile.given, ...settingsOfEnvironment(env), ...flags.given]) {
    const value = typed(given);
    complaints.push(...(value instanceof Complaint ? [value.sentence] : complaintsInside(given, value)));
    settings[given.name] = value;
    origins[given.name] = given.origin;
  }
  if (complaints.length > 0) throw new SettingsError(complaints.join('\n'));
  const complete = { ...defaultSettings, ...settings } as Settings;
  const warnings = [...strangeVariables(env), ...contradictions(complete), ...exposedToken(origins.adminToken)];
  return { settings: complete, origins, warnings };
}

class Complaint {
  readonly sentence: string;

  constructor({ name, origin }: Given, why: string) {
    this.sentence = `${name} (${origin.place}) is wrong: ${why}`;
  }
}

/** Converts the value to the type of its setting. */
function typed(given: Given): unknown {
  const { kind } = settingRowOf(given.name);
  const { value } = given;
  try {
    const taken = typeof value === 'string' ? kind.parse(value) : kind.accept?.(value);
    return taken ?? new Complaint(given, unexpected(given));
  } catch (error) {
    const why = error instanceof ValueError ? `: ${error.message}` : '';
    return new Complaint(given, `expected ${kind.expected}${why}`);
  }
}

/** True if the value may be quoted: neither its row nor its kind allows a secret. */
function isQuotable({ kind, secret = false }: SettingRow<unknown>): boolean {
  return !secret && kind.isQuotable === true;
}

function unexpected({ name, value }: Given): string {
  const { kind } = settingTable[name];
  const isQuoted = isQuotable(settingTable[name]);
  // For an unquoted text, its type would add nothing: a text was expected.
  const found = isQuoted ? quoted(value) : typeof value === 'string' ? undefined : typeOf(value);
  const hint = typeof value === 'number' && !isQuoted ? ' (put it in quotes)' : '';
  return `expected ${kind.expected}${found === undefined ? '' : `, found ${found}${hint}`}`;
}

/** Returns complaints about parts of a value: a map, for instance, may have the right shape and invalid entries. */
function complaintsInside({ name, origin }: Given, value: unknown): string[] {
  const { kind } = settingRowOf(name);
  const tell = isQuotable(settingTable[name]) ? quoted : typeOf;
  const complaints = kind.complaintsInside?.(value, name, tell) ?? [];
  return complaints.map((complaint) => `${name} (${origin.place}) is wrong: ${complaint}`);
}
