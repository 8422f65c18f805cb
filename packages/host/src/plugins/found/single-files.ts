// Single files in a plugin folder: which of them are plugins, by their names.

import { extname } from 'node:path';

export const scripts: readonly string[] = ['.js', '.mjs', '.cjs'];
const typescripts: readonly string[] = ['.ts', '.mts', '.cts'];

/** The endings of files that can be plugins. */
export const endings: readonly string[] = [...scripts, ...typescripts];

export const isTypeScript = (path: string): boolean => typescripts.includes(extname(path));

/** Returns why the file of this name is no plugin, among the names of its folder; undefined if it is one. */
export function whyNoPlugin(name: string, names: readonly string[]): string | undefined {
  const ending = extname(name);
  const bare = name.slice(0, name.length - ending.length);
  if (!endings.includes(ending)) return `it is no folder, and no file that ends in ${endings.join(', ')}`;
  if (/\.(test|spec)$/.test(bare)) return 'its name is that of a test';
  if (!isTypeScript(name)) return undefined;
  if (bare.endsWith('.d')) return 'it declares types';
  const compiled = scripts.map((script) => bare + script).find((other) => names.includes(other));
  return compiled && `its compiled form is used: ${compiled}`;
}
