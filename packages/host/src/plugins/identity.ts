// Which folder a plugin's name stands for: the one that it was enabled in. Another that claims the name has to be accepted.

import { basename, join, resolve } from 'node:path';
import type { InvalidPlugin, ValidPlugin } from './found/found-plugin.js';
import type { Remembered } from './state-file.js';

/** Where a plugin was enabled. Its entry stays the same when the folder with all plugins is moved. */
export type Place = Required<Pick<Remembered, 'place' | 'folder'>>;

export function placeOf({ path, folder }: ValidPlugin): Place {
  return { place: basename(path), folder };
}

/**
 * Whether a plugin stands where the one of its name is remembered. As long as the remembered folder is one of those
 * that are looked through, nothing was moved, and the place is that very path.
 */
export function isAtHome(plugin: ValidPlugin, { place, folder }: Remembered, folders: readonly string[]): boolean {
  if (place === undefined) return true;
  if (basename(plugin.path) !== place) return false;
  return folder === undefined || plugin.folder === folder || !isLookedThrough(folder, folders);
}

/** Where a plugin is remembered, for people. */
export function homeOf({ place = '', folder }: Remembered): string {
  return folder === undefined ? place : join(folder, place);
}

/** A plugin that another one of its name is meant by: it is not taken until an operator says so. */
export function claimOf(plugin: ValidPlugin, home: string): InvalidPlugin {
  const { name, path } = plugin;
  const reason =
    `the plugin that is enabled as ${name} belongs at ${home}, and this is another one, at ${path}; ` +
    `to accept it, enable ${name}, or name ${path} in the option "enabled"`;
  return { kind: 'invalid', name, path, reason, claimant: plugin };
}

function isLookedThrough(folder: string, folders: readonly string[]): boolean {
  return folders.some((one) => resolve(one) === folder);
}
