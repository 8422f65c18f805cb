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
  const scope = await findUp(dirname(file), 'package.json');
  const found = await linkTo(dirname(file), pluginApi);
  return [file, ...(scope === undefined ? [] : [scope]), ...(found === undefined ? [] : [found.link, found.folder])];
}

let session: Promise<readonly string[]> | undefined;

/** The session's own code, and the packages that it and the pool's worker load. */
function ofSession(): Promise<readonly string[]> {
  session ??= findSession();
  return session;
}

async function findSession(): Promise<readonly string[]> {
  const dist = await realpath(fileURLToPath(new URL('..', import.meta.url)));
  const packages = await Promise.all([pluginApi, 'comlink', 'piscina'].map((name) => linkTo(dist, name)));
  const found = packages.flatMap((one) => (one === undefined ? [] : [one.link, one.folder]));
  return [dist, join(dirname(dist), 'package.json'), ...found];
}

/** Every package that is depended on, directly or not: its link and its real folder. */
async function dependenciesOf(folder: string): Promise<readonly string[]> {
  const seen = new Set([folder]);
  const paths: string[] = [];
  const waiting: (readonly [from: string, name: string])[] = [[folder, pluginApi], ...(await namedBy(folder))];
  for (let next = waiting.pop(); next !== undefined && seen.size < packagesMax; next = waiting.pop()) {
    const found = await linkTo(...next);
    if (found === undefined) continue;
    paths.push(found.link, found.folder);
    if (seen.has(found.folder)) continue;
    seen.add(found.folder);
    waiting.push(...(await namedBy(found.folder)));
  }
  return paths;
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

/** Where Node would find a package, seen from a folder. */
async function linkTo(from: string, name: string): Promise<{ link: string; folder: string } | undefined> {
  const link = await findUp(from, join('node_modules', name));
  const folder = link && (await realpath(link).catch(() => undefined));
  return link === undefined || folder === undefined ? undefined : { link, folder };
}

/** The nearest `path` in a folder or one of those around it. */
async function findUp(folder: string, path: string): Promise<string | undefined> {
  const found = join(folder, path);
  if (await lstat(found).catch(() => undefined)) return found;
  return dirname(folder) === folder ? undefined : findUp(dirname(folder), path);
}
