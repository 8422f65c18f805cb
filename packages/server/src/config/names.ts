// The names of a setting outside a settings file: its variable and its flag, both derived from its key.

const words = (key: string, separator: string) => key.replace(/[A-Z]/g, (letter) => `${separator}${letter}`);

export const variablePrefix = 'GATEHOUSE_';

/** Turns `maxWaitMs` into GATEHOUSE_MAX_WAIT_MS. */
export function variableOf(key: string): string {
  return variablePrefix + words(key, '_').toUpperCase();
}

/** Turns `maxWaitMs` into max-wait-ms, which follows two dashes on the command line. */
export function flagOf(key: string): string {
  return words(key, '-').toLowerCase();
}

/** True for a word that could be the mistyped name of a setting. Anything else may be a value in the wrong place. */
export function looksLikeName(word: string): boolean {
  return /^[A-Za-z_][A-Za-z_-]{1,31}$/.test(word);
}
