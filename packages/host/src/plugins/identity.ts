// Binds a plugin's name to the folder in which it was enabled. Another plugin of that name has to be accepted.

import { basename, join, resolve } from 'node:path';
import type { InvalidPlugin, ValidPlugin } from './found/found-plugin.js';
import type { Remembered } from './state-file.js';

/** The place at which a plugin was enabled. Its entry stays the same when the folder with all plugins is moved. */
export type Place = Required<Pick<Remembered, 'place' | 'folder'>>;

export function placeOf({ path, folder }: ValidPlugin): Place {
  return { place: basename(path), folder };
}

/**
 * Whether a plugin is at the remembered place of its name. As long as the remembered folder is one of the scanned
 * folders, nothing was moved, and the place is that exact path.
 */
export function isAtHome(plugin: ValidPlugin, { place, folder }: Remembered, folders: readonly string[]): boolean {
  if (place === undefined) return true;
  if (basename(plugin.path) !== place) return false;
  return folder === undefined || plugin.folder === folder || !isLookedThrough(folder, folders);
}

/** Returns a plugin's remembered place, for people. */
export function homeOf({ place = '', folder }: Remembered): string {
  return folder === undefined ? place : join(folder, place);
}

/** Marks a plugin whose name means another one: it is not used until an operator accepts it. */
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
