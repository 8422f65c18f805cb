// The names that a setting has outside of a settings file: its variable and its flag, both made from its key.

const words = (key: string, separator: string) => key.replace(/[A-Z]/g, (letter) => `${separator}${letter}`);

export const variablePrefix = 'GATEHOUSE_';

/** `maxWaitMs` is GATEHOUSE_MAX_WAIT_MS in the environment. */
export function variableOf(key: string): string {
  return variablePrefix + words(key, '_').toUpperCase();
}

/** `maxWaitMs` is max-wait-ms on the command line, after two dashes. */
export function flagOf(key: string): string {
  return words(key, '-').toLowerCase();
}

/** True for what could be the name of a setting, mistyped. Anything else may be a value in the wrong place. */
export function looksLikeName(word: string): boolean {
  return /^[A-Za-z_][A-Za-z_-]{1,31}$/.test(word);
}
