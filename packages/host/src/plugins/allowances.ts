// The settings that a plugin's threads are started with: its tier, and its permissions (both asked for and granted).

import { mkdir, realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { GatehouseError } from '../contract/errors.js';
import { canBeFlag } from '../contract/flag-paths.js';
import type { Isolation } from '../contract/isolation.js';
import { type Permissions, refusedOf } from '../contract/permissions.js';
import type { PluginSpec } from '../contract/supervisor-contract.js';
import type { Niceness } from '../contract/thread-contract.js';
import type { ValidPlugin } from './found/found-plugin.js';
import { readablePaths } from './found/readable-paths.js';
import { type Grant, type Grants, grantedOf } from './grants.js';

/** The operator's settings. */
export interface Allowances {
  readonly grants: Grants;
  readonly isolation: Readonly<Record<string, Isolation>>;
  /** Parent folder of the data folders, for plugins that may keep files. */
  readonly pluginData: string | undefined;
  readonly niceness: Niceness;
}

type SpecPart = Pick<PluginSpec, 'dataFolder' | 'thread'>;

/** A plugin's tier and permissions, as its status shows them. */
export interface Allowance {
  readonly isolation: Isolation;
  readonly granted: Permissions;
  readonly refused: readonly string[];
}

/** Returns the plugin's tier. It may choose a stronger one itself, but only an operator may grant a weaker one. */
function isolationOf({ name, manifest }: ValidPlugin, { isolation, grants }: Allowances): Isolation {
  const given = isolation[name] ?? manifest.isolation;
  const isOpen = given === 'thread' && isolation[name] === undefined && grants[name] !== 'as-asked';
  return isOpen ? 'hardened-thread' : given;
}

export function allowanceOf(plugin: ValidPlugin, options: Allowances): Allowance {
  const { permissions: asked, isolation: wished } = plugin.manifest;
  const grant: Grant | undefined = Object.hasOwn(options.grants, plugin.name) ? options.grants[plugin.name] : undefined;
  const bare = grantedOf(asked, grant);
  // Without a parent folder there is no data folder, whatever was granted.
  const granted = { ...bare, data: bare.data && options.pluginData !== undefined };
  const isolation = isolationOf(plugin, options);
  const refused = refusedOf(asked, granted);
  return { isolation, granted, refused: isolation === wished ? refused : [...refused, `isolation ${wished}`] };
}

/** Makes the plugin's data folder, if it has one. @throws GatehouseError PLUGIN_INVALID */
export async function threadSpecOf(plugin: ValidPlugin, options: Allowances): Promise<SpecPart> {
  const { isolation, granted } = allowanceOf(plugin, options);
  const dataFolder = granted.data && options.pluginData ? await ownFolder(options.pluginData, plugin.name) : undefined;
  const writable = dataFolder === undefined ? [] : [dataFolder];
  const readable = [...(await readablePaths(plugin)), ...(await grantedPaths(granted))];
  const odd = [...readable, ...writable].find((path) => !canBeFlag(path));
  if (odd !== undefined && isolation !== 'thread') {
    const reason = `${plugin.name}: a path with "*" or "," cannot be permitted to a thread: ${odd}`;
    throw new GatehouseError('PLUGIN_INVALID', reason, { plugin: plugin.name });
  }
  const { niceness } = options;
  const asked = plugin.manifest.permissions;
  const canAsk = (await realpath(plugin.path)) !== plugin.entry;
  const thread = { isolation, canAsk, asked, granted, readable, writable, env: environment(granted), niceness };
  return { dataFolder, thread };
}

async function ownFolder(pluginData: string, name: string): Promise<string> {
  const folder = join(resolve(pluginData), name);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return realpath(folder);
}

/** Returns the paths as granted and with links resolved, because Node checks the path that it is given. */
async function grantedPaths({ read }: Permissions): Promise<readonly string[]> {
  const real = await Promise.all(read.map((path) => realpath(path).catch(() => path)));
  return [...read.map((path) => resolve(path)), ...real];
}

function environment({ env }: Permissions): Readonly<Record<string, string>> {
  return Object.fromEntries(
    env.flatMap((name) => [[name, process.env[name]]]).filter(([, value]) => value !== undefined),
  );
}
