// Settings from a file, YAML or JSON (which YAML contains), with the line of each.

import { existsSync, readFileSync } from 'node:fs';
import { didYouMean } from '@gatehouse/support/did-you-mean';
import { isMap, isNode, isScalar, LineCounter, type Pair, parseDocument } from 'yaml';
import type { Given, GivenSettings } from './given.js';
import { type SettingName, settingTable } from './settings.js';

const usualNames = ['gatehouse.yaml', 'gatehouse.yml', 'gatehouse.json'];

/** The settings of `path`, or of the file in the working directory that has one of the usual names; none without one. */
export function settingsOfFile(path: string | undefined): GivenSettings {
  const found = path === undefined ? usualNames.filter((name) => existsSync(name)) : [path];
  if (found.length > 1) return refused(`there are ${found.join(' and ')}: name the one that counts with --config`);
  return found[0] === undefined ? { given: [], complaints: [] } : read(found[0]);
}

function read(path: string): GivenSettings {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    return refused(`the settings file ${path} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const placeAt = (offset: number) => `${path}:${lines.linePos(offset).line}`;
  // What does not read as YAML could be read in part; it is not, as the rest would then seem not to be set.
  if (document.errors.length > 0) {
    return refused(...document.errors.map(({ pos, message }) => `${placeAt(pos[0])}: ${message}`));
  }
  if (document.contents === null) return { given: [], complaints: [] };
  if (!isMap(document.contents)) return refused(`${path}: expected a map of settings, as in "port: 7700"`);
  return ofPairs(document.contents.items, placeAt, (node) => (isNode(node) ? node.toJS(document) : node));
}

function ofPairs(
  pairs: readonly Pair[],
  placeAt: (offset: number) => string,
  plain: (node: unknown) => unknown,
): GivenSettings {
  const given: Given[] = [];
  const complaints: string[] = [];
  for (const { key, value } of pairs) {
    const place = placeAt((isNode(key) && key.range?.[0]) || 0);
    const name = String(isScalar(key) ? key.value : key);
    const found = plain(value);
    if (!isSetting(name)) complaints.push(`${place}: ${name} is no setting${didYouMean(name, settingNames)}`);
    // As a variable that is empty counts as not set.
    else if (found !== null) given.push({ name, origin: { source: 'file', place }, value: found });
  }
  return { given, complaints };
}

const settingNames = Object.keys(settingTable);

function isSetting(name: string): name is SettingName {
  return settingNames.includes(name);
}

function refused(...complaints: string[]): GivenSettings {
  return { given: [], complaints };
}
