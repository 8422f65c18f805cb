// Finds the plugins in folders without running any. A broken one is listed with the reason and does not stop others.

import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, extname, join, resolve, sep } from 'node:path';
import { hookNames } from '@gatehouse/plugin-api/hooks';
import { messageOf } from '../../contract/errors.js';
import { checkEngines } from './engines.js';
import {
  type Findings,
  type FoundPlugin,
  type InvalidPlugin,
  isPluginName,
  nameRule,
  type PassedOver,
  type UnreadableFolder,
  type ValidPlugin,
} from './found-plugin.js';
import { manifestOf } from './known-manifests.js';
import { checkHooks, manifestOfSingleFile } from './manifest.js';
import { entryIn } from './package-entry.js';
import { type PackageFile, readPackageFile } from './package-file.js';
import { whyNoPlugin } from './single-files.js';
import { checkTypeScript } from './typescript.js';

/** Whether to use this one of several plugins of one name, instead of the first. */
export type Preference = (plugin: ValidPlugin) => boolean;

/**
 * Scans these folders. `hooks` are the names of the host's hooks; default: the messenger's. Lists the plugins in the order of the folders, and within a folder by the name of the entry. An
 * entry is a plugin if it is a folder whose package.json has a `gatehouse` field, or a single file of JavaScript or TypeScript.
 */
export async function findPlugins(
  folders: readonly string[],
  isPreferred: Preference = () => false,
  hooks: readonly string[] = hookNames,
): Promise<Findings> {
  const distinct = [...new Set(folders.map((folder) => resolve(folder)))];
  const looks = await Promise.all(distinct.map(findInFolder));
  const found = looks.flatMap((look) => ('why' in look ? [] : look)).map((one) => withHooks(one, hooks));
  return {
    plugins: withoutDuplicates(found.filter(isPlugin), isPreferred),
    passedOver: found.filter((one): one is PassedOver => !isPlugin(one)),
    unreadable: looks.filter((look): look is UnreadableFolder => 'why' in look),
  };
}

type Found = FoundPlugin | PassedOver;

/** Returns the plugin as invalid if its manifest announces a hook that the host has not. */
function withHooks(found: Found, hooks: readonly string[]): Found {
  if (!isPlugin(found) || found.kind === 'invalid') return found;
  try {
    checkHooks(found.manifest, hooks, found.name, 'package.json');
    return found;
  } catch (error) {
    return invalid(found.name, found.path, messageOf(error));
  }
}

function isPlugin(found: Found): found is FoundPlugin {
  return 'kind' in found;
}

async function findInFolder(folder: string): Promise<readonly Found[] | UnreadableFolder> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    const names = entries.map(({ name }) => name);
    const found = await Promise.all(entries.map((entry) => inspect(folder, entry, names)));
    return found.filter((one) => one !== undefined);
  } catch (error) {
    return { folder, why: messageOf(error) };
  }
}

/** Returns what the entry is; undefined if it has nothing to do with plugins. */
async function inspect(folder: string, entry: Dirent, names: readonly string[]): Promise<Found | undefined> {
  const path = join(folder, entry.name);
  if (entry.name === 'node_modules') return undefined;
  if (entry.name.startsWith('.')) return passedOver(path, 'its name begins with a dot');
  const found = await stat(path).catch((error: Error) => error);
  if (found instanceof Error) {
    if (entry.isSymbolicLink()) return invalid(entry.name, path, 'the link leads nowhere');
    return passedOver(path, messageOf(found));
  }
  if (found.isDirectory()) return inspectFolder(folder, path);
  if (!found.isFile()) return undefined;
  const why = whyNoPlugin(entry.name, names);
  return why === undefined ? inspectFile(folder, path) : passedOver(path, why);
}

function passedOver(path: string, why: string): PassedOver {
  return { name: basename(path).replace(/^\.+/, ''), path, why };
}

async function inspectFolder(folder: string, path: string): Promise<Found> {
  let name = basename(path);
  try {
    const file = await readPackageFile(join(path, 'package.json'));
    if (file === undefined) return { name, path, why: 'it has no package.json' };
    name = file.name ?? name;
    if (file.gatehouse === undefined) return { name, path, why: 'its package.json has no field "gatehouse"' };
    return await pluginOf(name, folder, path, file);
  } catch (error) {
    return invalid(name, path, messageOf(error));
  }
}

async function pluginOf(name: string, folder: string, path: string, file: PackageFile): Promise<ValidPlugin> {
  checkName(name);
  const manifest = manifestOf(file.gatehouse, name, 'package.json');
  checkEngines(file.engines);
  const entry = await entryOf(path, entryIn(file));
  checkTypeScript(entry, folder);
  return { kind: 'valid', name, title: manifest.title, version: file.version, path, folder, entry, manifest };
}

async function inspectFile(folder: string, path: string): Promise<FoundPlugin> {
  const name = basename(path, extname(path));
  try {
    checkName(name);
    const manifest = manifestOfSingleFile(name);
    const entry = await realpath(path);
    checkTypeScript(entry, folder);
    return { kind: 'valid', name, title: name, version: '', path, folder, entry, manifest };
  } catch (error) {
    return invalid(name, path, messageOf(error));
  }
}

function checkName(name: string): void {
  if (!isPluginName(name)) throw new Error(`the name ${JSON.stringify(name)} cannot be used: expected ${nameRule}`);
}

/** Returns the file to import, with links resolved, so that a link cannot lead out of the plugin's folder either. */
async function entryOf(folder: string, path: string): Promise<string> {
  const inside = (await realpath(folder)) + sep;
  const entry = await realpath(resolve(inside, path)).catch(() => undefined);
  if (!(entry ?? resolve(inside, path)).startsWith(inside)) throw new Error(`the entry ${path} is outside its folder`);
  const file = entry === undefined ? undefined : await stat(entry);
  if (entry === undefined || !file?.isFile()) {
    throw new Error(`missing entry: ${path} is not a file (package.json: exports or main names it, built if need be)`);
  }
  return entry;
}

/** Keeps the preferred or else the first of several valid plugins of one name. The others become invalid. */
function withoutDuplicates(found: readonly FoundPlugin[], isPreferred: Preference): readonly FoundPlugin[] {
  const chosen = new Map<string, ValidPlugin>();
  for (const plugin of found) {
    if (plugin.kind === 'invalid') continue;
    const other = chosen.get(plugin.name);
    if (other === undefined || (isPreferred(plugin) && !isPreferred(other))) chosen.set(plugin.name, plugin);
  }
  return found.map((plugin) => {
    const other = chosen.get(plugin.name);
    if (plugin.kind === 'invalid' || other === undefined || other === plugin) return plugin;
    return invalid(plugin.name, plugin.path, duplicateOf(plugin, other));
  });
}

function duplicateOf(plugin: ValidPlugin, chosen: ValidPlugin): string {
  return `duplicate plugin name "${plugin.name}": using ${chosen.path}, ignoring ${plugin.path}`;
}

function invalid(name: string, path: string, reason: string): InvalidPlugin {
  return { kind: 'invalid', name, path, reason };
}
