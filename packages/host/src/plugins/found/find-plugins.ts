// Finds the plugins in folders, without running any. A broken one is listed with the reason and stops nothing else.

import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, extname, join, resolve, sep } from 'node:path';
import { GatehouseError, messageOf } from '../../contract/errors.js';
import { type FoundPlugin, isPluginName, nameRule, type ValidPlugin } from './found-plugin.js';
import { manifestOf } from './known-manifests.js';
import { manifestOfSingleFile } from './manifest.js';
import { type PackageFile, readPackageFile } from './package-file.js';

/**
 * The plugins in these folders, in the order of the folders and there by the name of the entry. An entry is a
 * plugin when it is a folder whose package.json has a `gatehouse` field, or a single .js or .mjs file.
 * @throws GatehouseError OPTIONS_INVALID when a folder cannot be read.
 */
export async function findPlugins(folders: readonly string[]): Promise<readonly FoundPlugin[]> {
  const distinct = [...new Set(folders.map((folder) => resolve(folder)))];
  const found = await Promise.all(distinct.map(findInFolder));
  return withoutDoubles(found.flat());
}

async function findInFolder(folder: string): Promise<readonly FoundPlugin[]> {
  const entries = (await entriesOf(folder)).filter(({ name }) => !name.startsWith('.') && name !== 'node_modules');
  const found = await Promise.all(entries.map((entry) => inspect(join(folder, entry.name), entry)));
  return found.filter((plugin) => plugin !== undefined);
}

async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    const reason = `plugins: the folder ${folder} cannot be read: ${messageOf(error)}`;
    throw new GatehouseError('OPTIONS_INVALID', reason, { cause: error });
  }
}

/** What the entry at `path` is; nothing when it is no plugin. */
async function inspect(path: string, entry: Dirent): Promise<FoundPlugin | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return inspectFolder(path);
  if (found?.isFile() && ['.js', '.mjs'].includes(extname(path))) return inspectFile(path);
  if (found === undefined && entry.isSymbolicLink()) return invalid(entry.name, path, 'the link leads nowhere');
  return undefined;
}

async function inspectFolder(path: string): Promise<FoundPlugin | undefined> {
  let name = basename(path);
  try {
    const file = await readPackageFile(join(path, 'package.json'));
    if (file?.gatehouse === undefined) return undefined;
    name = file.name ?? name;
    return await pluginOf(name, path, file);
  } catch (error) {
    return invalid(name, path, messageOf(error));
  }
}

async function pluginOf(name: string, path: string, file: PackageFile): Promise<ValidPlugin> {
  checkName(name);
  const manifest = manifestOf(file.gatehouse, name, 'package.json');
  const entry = await entryOf(path, file.main);
  return { kind: 'valid', name, title: manifest.title, version: file.version, path, entry, manifest };
}

async function inspectFile(path: string): Promise<FoundPlugin> {
  const name = basename(path, extname(path));
  try {
    checkName(name);
    const manifest = manifestOfSingleFile(name);
    return { kind: 'valid', name, title: name, version: '', path, entry: await realpath(path), manifest };
  } catch (error) {
    return invalid(name, path, messageOf(error));
  }
}

function checkName(name: string): void {
  if (!isPluginName(name)) throw new Error(`the name ${JSON.stringify(name)} cannot be used: expected ${nameRule}`);
}

/** The file to import, links followed, so that a link cannot lead out of the plugin's folder either. */
async function entryOf(folder: string, main: string): Promise<string> {
  const inside = (await realpath(folder)) + sep;
  const entry = await realpath(resolve(inside, main)).catch(() => undefined);
  if (!(entry ?? resolve(inside, main)).startsWith(inside)) throw new Error(`the entry ${main} is outside its folder`);
  const file = entry === undefined ? undefined : await stat(entry);
  if (entry === undefined || !file?.isFile()) {
    throw new Error(`missing entry: ${main} is not a file (package.json: main names it, built if need be)`);
  }
  return entry;
}

/** Of several valid plugins of one name the first stands, the others become invalid. */
function withoutDoubles(found: readonly FoundPlugin[]): readonly FoundPlugin[] {
  const first = new Map<string, ValidPlugin>();
  return found.map((plugin) => {
    if (plugin.kind === 'invalid') return plugin;
    const other = first.get(plugin.name);
    if (other === undefined) first.set(plugin.name, plugin);
    return other === undefined ? plugin : invalid(plugin.name, plugin.path, doubled(plugin, other));
  });
}

function doubled(plugin: ValidPlugin, first: ValidPlugin): string {
  return `two plugins are named ${plugin.name}: ${first.path} stands, ${plugin.path} is passed over`;
}

function invalid(name: string, path: string, reason: string): FoundPlugin {
  return { kind: 'invalid', name, path, reason };
}
