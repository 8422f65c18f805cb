// Reads settings from a file, YAML or JSON (a subset of YAML), with the line of each. No complaint quotes a value.

import { isUtf8 } from 'node:buffer';
import { existsSync, readFileSync } from 'node:fs';
import { didYouMean } from '@gatehouse/support/did-you-mean';
import { isMap, isNode, isScalar, type Pair } from 'yaml';
import type { Given, GivenSettings } from './given.js';
import { looksLikeName } from './names.js';
import { type SettingName, settingTable } from './settings.js';
import { type ReadYaml, readYaml } from './yaml-text.js';

const usualNames = ['gatehouse.yaml', 'gatehouse.yml', 'gatehouse.json'];

/** Reads `path`, or else the file in the working directory with one of the usual names; without a file, nothing. */
export function settingsOfFile(path: string | undefined): GivenSettings {
  const found = path === undefined ? usualNames.filter((name) => existsSync(name)) : [path];
  if (found.length > 1) return refused(`there are ${found.join(' and ')}: name the one that counts with --config`);
  return found[0] === undefined ? { given: [], complaints: [] } : read(found[0]);
}

/** Reads all or nothing: if invalid YAML were read in part, the rest would seem not to be set. */
function read(path: string): GivenSettings {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    return refused(`the settings file ${path} ${unreadable((error as NodeJS.ErrnoException).code)}`);
  }
  const flaw = flawOf(bytes);
  if (flaw !== undefined) return refused(`${path}${flaw}`);
  const yaml = readYaml(bytes.toString('utf8'));
  if (yaml.complaints.length > 0) return refused(...yaml.complaints.map((complaint) => `${path}:${complaint}`));
  if (yaml.contents === undefined || (isScalar(yaml.contents) && yaml.contents.value === null)) return refused();
  if (!isMap(yaml.contents)) return refused(`${path}: expected a map of settings, as in "port: 7700"`);
  return ofPairs(yaml.contents.items, path, yaml);
}

function unreadable(code = 'for an unknown reason'): string {
  if (code === 'ENOENT') return 'does not exist (ENOENT): create it, or correct --config or GATEHOUSE_CONFIG';
  if (code === 'EACCES') return 'cannot be read (EACCES): let the user that runs the server read it';
  if (code === 'EISDIR') return 'cannot be read (EISDIR): it is a folder; name a file';
  return `cannot be read: ${code}`;
}

const mark = '\uFEFF';

/** Finds a flaw of the encoding. A leading byte order mark is fine: editors on Windows write one. */
function flawOf(bytes: Buffer): string | undefined {
  if (!isUtf8(bytes) || bytes.includes(0)) return ': it is not UTF-8 (UTF-16, perhaps): save it as UTF-8';
  const at = bytes.toString('utf8').indexOf(mark, 1);
  if (at < 0) return undefined;
  const line = bytes.toString('utf8').slice(0, at).split('\n').length;
  return `:${line}: a byte order mark (BOM) inside of the file: remove that invisible character`;
}

function ofPairs(pairs: readonly Pair[], path: string, { lineAt, plain }: ReadYaml): GivenSettings {
  const given: Given[] = [];
  const complaints: string[] = [];
  for (const { key, value } of pairs) {
    const place = `${path}:${lineAt((isNode(key) && key.range?.[0]) || 0)}`;
    const name = String(plain(key));
    const found = plain(value);
    if (!isSetting(name)) complaints.push(`${place}: ${unknown(name, value !== null)}`);
    // Null counts as not set, like an empty variable.
    else if (found !== null) given.push({ name, origin: { source: 'file', place }, value: found });
  }
  return { given, complaints };
}

/** Quotes an unknown key only if it has a value and looks like a name: else it may be a secret that lost its key. */
function unknown(name: string, hasValue: boolean): string {
  const suggestion = didYouMean(name, settingNames);
  const isName = suggestion !== '' || (looksLikeName(name) && !name.includes('-'));
  return hasValue && isName
    ? `unknown setting "${name}"${suggestion}`
    : 'unknown setting; it should read "name: value"';
}

const settingNames = Object.keys(settingTable);

function isSetting(name: string): name is SettingName {
  return settingNames.includes(name);
}

function refused(...complaints: string[]): GivenSettings {
  return { given: [], complaints };
}
