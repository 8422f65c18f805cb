// What the thread of a plugin has to read: its own folder, the packages that it depends on, and the session's code.

import { lstat, readFile, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ValidPlugin } from './found-plugin.js';

const pluginApi = '@gatehouse/plugin-api';

/** Far more than anybody's plugin needs; a cycle of links must not keep us busy for ever. */
const packagesMax = 5000;

/**
 * Absolute paths. Dependencies are those that a package.json names, wherever they are installed, and theirs in turn;
 * what else lies beside them in a node_modules cannot be read.
 */
export async function readablePaths({ path, entry }: Pick<ValidPlugin, 'path' | 'entry'>): Promise<readonly string[]> {
  const folder = await realpath(path);
  const own = folder === entry ? await ofSingleFile(entry) : [folder, ...(await dependenciesOf(folder))];
  return [...own, ...(await ofSession())];
}

/** A file, and the package.json that says what kind of module it is. It can depend on the plugin interface only. */
async function ofSingleFile(file: string): Promise<readonly string[]> {
  const folder = dirname(file);
  const scope = await findUp(folder, 'package.json');
  const { paths } = await findPackage(folder, pluginApi);
  return [file, ...scope.looked, ...paths];
}

let session: Promise<readonly string[]> | undefined;

/** The session's own code, and the packages that it and the pool's worker load. */
function ofSession(): Promise<readonly string[]> {
  session ??= findSession();
  return session;
}

async function findSession(): Promise<readonly string[]> {
  const dist = await realpath(fileURLToPath(new URL('../..', import.meta.url)));
  const packages = await Promise.all(
    [pluginApi, '@gatehouse/support', 'comlink', 'piscina'].map((name) => findPackage(dist, name)),
  );
  return [dist, join(dirname(dist), 'package.json'), ...packages.flatMap(({ paths }) => paths)];
}

/** Every package that is depended on, directly or not. */
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

/** What a package's package.json says that it depends on. */
async function namedBy(folder: string): Promise<readonly (readonly [string, string])[]> {
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => '{}');
  const { dependencies, optionalDependencies, peerDependencies } = parsed(text);
  const names = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
  return names.map((name) => [folder, name]);
}

function parsed(text: string): Readonly<Record<string, object | undefined>> {
  try {
    return { ...JSON.parse(text) };
  } catch {
    // Whoever needs the package will be told by Node.
    return {};
  }
}

interface FoundPackage {
  /** Its folder, with links followed. */
  readonly real: string | undefined;
  /** That, its link, and where it was looked for before. */
  readonly paths: readonly string[];
}

/** Where Node would find a package, seen from a folder. */
async function findPackage(from: string, name: string): Promise<FoundPackage> {
  const { found, looked } = await findUp(from, join('node_modules', name));
  const real = found && (await realpath(found).catch(() => undefined));
  return { real, paths: real === undefined ? looked : [...looked, real] };
}

interface Found {
  readonly found: string | undefined;
  /** The places where it was looked for, the last of which is where it was found: before 20.20, Node may look only where it may read. */
  readonly looked: readonly string[];
}

/** The nearest `path` in a folder or one of those around it. */
async function findUp(folder: string, path: string, before: readonly string[] = []): Promise<Found> {
  const here = join(folder, path);
  const looked = [...before, here];
  if (await lstat(here).catch(() => undefined)) return { found: here, looked };
  return dirname(folder) === folder ? { found: undefined, looked } : findUp(dirname(folder), path, looked);
}
