// The paths that a plugin's thread has to read: its own folder, the packages that it depends on, the session's code.

import { lstat, readFile, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ValidPlugin } from './found-plugin.js';

const pluginApi = '@gatehouse/plugin-api';

/** Far more than any plugin needs. A cycle of links must not keep us busy forever. */
const packagesMax = 5000;

/**
 * Returns absolute paths. Dependencies are those that a package.json names, wherever they are installed, and theirs in
 * turn. Other packages in the same node_modules are not readable.
 */
export async function readablePaths({ path, entry }: Pick<ValidPlugin, 'path' | 'entry'>): Promise<readonly string[]> {
  const folder = await realpath(path);
  const own = folder === entry ? await ofSingleFile(entry) : [folder, ...(await dependenciesOf(folder))];
  return [...own, ...(await ofSession())];
}

/** Returns a file, and the package.json that sets its module type. It can depend on the plugin interface only. */
async function ofSingleFile(file: string): Promise<readonly string[]> {
  const folder = dirname(file);
  const scope = await findUp(folder, 'package.json');
  const { paths } = await findPackage(folder, pluginApi);
  return [file, ...scope.looked, ...paths];
}

let session: Promise<readonly string[]> | undefined;

/** Returns the session's own code, with what is bundled in it, and the packages that it and the pool's worker load. */
function ofSession(): Promise<readonly string[]> {
  session ??= findSession();
  return session;
}

async function findSession(): Promise<readonly string[]> {
  const dist = await realpath(fileURLToPath(new URL('../..', import.meta.url)));
  const packages = await Promise.all([pluginApi, 'piscina'].map((name) => findPackage(dist, name)));
  return [dist, join(dirname(dist), 'package.json'), ...packages.flatMap(({ paths }) => paths)];
}

/** Returns all dependencies, direct and indirect. */
async function dependenciesOf(folder: string): Promise<readonly string[]> {
  const seen = new Set([folder]);
  const found: string[] = [];
  const waiting: (readonly [from: string, name: string])[] = [[folder, pluginApi], ...(await namedBy(folder))];
  for (let next = waiting.pop(); next !== undefined && seen.size < packagesMax; next = waiting.pop()) {
    const { real, paths } = await findPackage(...next);
    found.push(...paths);
    if (real === undefined || seen.has(real)) continue;
    seen.add(real);
    waiting.push(...(await namedBy(real)));
  }
  return found;
}

/** Returns the dependencies that a package's package.json names. */
async function namedBy(folder: string): Promise<readonly (readonly [string, string])[]> {
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => '{}');
  const { dependencies, optionalDependencies, peerDependencies } = parsed(text);
  const names = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
  return names.map((name) => [folder, name]);
}

function parsed(text: string): Readonly<Record<string, object | undefined>> {
  try {
    return { ...JSON.parse(text.replace(/^\uFEFF/, '')) };
  } catch {
    // Node reports it to whoever needs the package.
    return {};
  }
}

interface FoundPackage {
  /** Its folder, with links resolved. */
  readonly real: string | undefined;
  /** Its folder, its link, and the places searched before. */
  readonly paths: readonly string[];
}

/** Finds a package as Node would from a folder. */
async function findPackage(from: string, name: string): Promise<FoundPackage> {
  const { found, looked } = await findUp(from, join('node_modules', name));
  const real = found && (await realpath(found).catch(() => undefined));
  return { real, paths: real === undefined ? looked : [...looked, real] };
}

interface Found {
  readonly found: string | undefined;
  /** The places searched; it was found at the last one. Before 20.20, Node may look only where it may read. */
  readonly looked: readonly string[];
}

/** Finds the nearest `path` in a folder or one of its ancestors. */
async function findUp(folder: string, path: string, before: readonly string[] = []): Promise<Found> {
  const here = join(folder, path);
  const looked = [...before, here];
  if (await lstat(here).catch(() => undefined)) return { found: here, looked };
  return dirname(folder) === folder ? { found: undefined, looked } : findUp(dirname(folder), path, looked);
}
