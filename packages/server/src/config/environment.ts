// Settings from the environment. An empty variable counts as not set, unless an empty text is a value of the setting.

import { didYouMean } from '@gatehouse/support/did-you-mean';
import type { Given } from './given.js';
import { variableOf, variablePrefix } from './names.js';
import { settingRows } from './settings.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Names the settings file. It is not itself a setting, because a file cannot name itself. */
export const configVariable = 'GATEHOUSE_CONFIG';

export function settingsOfEnvironment(env: Environment): Given[] {
  return settingRows.flatMap(([name, { kind }]) => {
    const place = variableOf(name);
    const value = env[place];
    const isSet = value !== undefined && (value !== '' || kind.takesEmpty === true);
    return isSet ? [{ name, origin: { source: 'environment', place }, value }] : [];
  });
}

/** Returns a warning for each variable that looks like a setting but is none: most likely it is misspelt. */
export function strangeVariables(env: Environment): string[] {
  const known = [configVariable, ...settingRows.map(([name]) => variableOf(name))];
  return Object.keys(env)
    .filter((name) => name.startsWith(variablePrefix) && !known.includes(name))
    .map((name) => `${name} is ignored: it is no setting${suggestion(name, known)}`);
}

/** Compares without the prefix, which would make all of them similar. */
function suggestion(name: string, known: readonly string[]): string {
  const rest = (variable: string) => variable.slice(variablePrefix.length);
  return didYouMean(rest(name), known.map(rest)).replace('"', `"${variablePrefix}`);
}
