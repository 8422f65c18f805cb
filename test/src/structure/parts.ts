// The parts that the sources fall into, and who may import whom.

import { dirname, posix } from 'node:path';
import type { Import } from './imports.js';

export interface Part {
  readonly name: string;
  /** Its files are those below, except for those of a part that is named earlier. Relative to the root. */
  readonly folder: string;
  /**
   * Parts that it may import besides itself, and `node` for what is built in. `types of x` allows that part's types
   * alone, which load nothing.
   */
  readonly mayImport: readonly string[];
  /** Which packages from outside it may import. */
  readonly packages: (name: string) => boolean;
}

const none = () => false;
const only =
  (...names: readonly string[]) =>
  (name: string) =>
    names.includes(name);
const isFastify = (name: string) => name === 'fastify' || name.startsWith('@fastify/');

/** The table of design.md. */
export const parts: readonly Part[] = [
  { name: 'plugin-api', folder: 'packages/plugin-api/src', mayImport: [], packages: none },
  { name: 'channel', folder: 'packages/host/src/channel', mayImport: [], packages: none },
  {
    name: 'session',
    folder: 'packages/host/src/session',
    mayImport: ['plugin-api', 'channel', 'node'],
    packages: only('comlink'),
  },
  {
    name: 'supervisor',
    folder: 'packages/host/src/supervisor',
    mayImport: ['plugin-api', 'channel', 'types of session', 'node'],
    packages: only('comlink', 'piscina'),
  },
  {
    name: 'admin',
    folder: 'packages/host/src/admin',
    mayImport: ['node'],
    packages: (name) => isFastify(name) || name === 'typebox',
  },
  {
    name: 'host',
    folder: 'packages/host/src',
    mayImport: ['plugin-api', 'channel', 'session', 'supervisor', 'node'],
    packages: (name) => !isFastify(name),
  },
  {
    name: 'server',
    folder: 'packages/server/src',
    // The types of the events are the words in which it speaks to the host.
    mayImport: ['host', 'admin', 'types of plugin-api', 'node'],
    packages: () => true,
  },
  {
    name: 'client on node',
    folder: 'packages/client/src/opaque/node',
    mayImport: ['client', 'node'],
    packages: only('comlink'),
  },
  {
    name: 'client',
    // What a browser loads: nothing of Node's, and nothing of the server's, which it meets on the wire alone.
    folder: 'packages/client/src',
    mayImport: [],
    packages: only('#opaque-thread', '@serenity-kit/opaque', 'comlink', 'uint8array-extras'),
  },
  { name: 'plugins', folder: 'packages/plugins', mayImport: ['plugin-api', 'node'], packages: none },
];

/** The part that a file belongs to. */
export function partOf(file: string): Part | undefined {
  return parts.find(({ folder }) => file.startsWith(`${folder}/`));
}

const ownPackages: Readonly<Record<string, string>> = {
  '@gatehouse/plugin-api': 'plugin-api',
  '@gatehouse/host': 'host',
  '@gatehouse/server': 'server',
  '@gatehouse/client': 'client',
};

/** What an import leads to: a part, `node`, or a package from outside. */
type Target = { readonly part: string } | { readonly outside: string };

function targetOf(file: string, specifier: string): Target {
  if (specifier.startsWith('node:')) return { part: 'node' };
  if (specifier.startsWith('.')) {
    const path = posix.join(dirname(file), specifier);
    return { part: partOf(path)?.name ?? path };
  }
  if (specifier === '@gatehouse/host/admin') return { part: 'admin' };
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  const own = ownPackages[name];
  return own === undefined ? { outside: name } : { part: own };
}

/** Why a file may not have an import; undefined when it may. */
export function objectionTo(file: string, { specifier, typeOnly, line }: Import): string | undefined {
  const part = partOf(file);
  if (part === undefined) return `${file}: belongs to no part`;
  const target = targetOf(file, specifier);
  const allowed =
    'outside' in target
      ? part.packages(target.outside)
      : target.part === part.name ||
        part.mayImport.includes(target.part) ||
        (typeOnly && part.mayImport.includes(`types of ${target.part}`));
  if (allowed) return undefined;
  return `${file}:${line}: ${part.name} may not import ${typeOnly ? 'types of ' : ''}${specifier}`;
}
