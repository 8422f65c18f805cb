// The rooms that the sources fall into, and who may import whom.

import { dirname, posix } from 'node:path';
import type { Import } from './imports.js';

export interface Room {
  readonly name: string;
  /** Its files are those below, except for those of a room that is named earlier. Relative to the root. */
  readonly folder: string;
  /**
   * Rooms that it may import besides itself, and `node` for what is built in. `types of x` allows that room's types
   * alone, which load nothing.
   */
  readonly mayImport: readonly string[];
  /** Which packages from outside it may import. */
  readonly packages: (name: string) => boolean;
}

const host = 'packages/host/src';
const server = 'packages/server/src';
const none = () => false;
const only =
  (...names: readonly string[]) =>
  (name: string) =>
    names.includes(name);
const isFastify = (name: string) => name === 'fastify' || name.startsWith('@fastify/');

/** One law for each room. A room is a folder that says what stands in it; its face and its wiring stand above it. */
export const rooms: readonly Room[] = [
  { name: 'support', folder: 'packages/support/src', mayImport: ['node'], packages: none },
  { name: 'plugin-api', folder: 'packages/plugin-api/src', mayImport: [], packages: none },
  { name: 'channel/pipe', folder: `${host}/channel/pipe`, mayImport: ['support', 'channel', 'node'], packages: none },
  { name: 'channel', folder: `${host}/channel`, mayImport: ['support'], packages: none },
  {
    name: 'contract',
    folder: `${host}/contract`,
    mayImport: ['support', 'plugin-api', 'types of channel', 'types of channel/pipe', 'node'],
    packages: none,
  },
  {
    name: 'options',
    folder: `${host}/options`,
    mayImport: ['support', 'plugin-api', 'contract', 'channel', 'plugins', 'node'],
    packages: only('pino'),
  },
  {
    name: 'plugins',
    folder: `${host}/plugins`,
    mayImport: ['support', 'plugin-api', 'contract', 'asking', 'node'],
    packages: only('ajv', 'ajv-formats', 'pino', 'semver', 'typebox'),
  },
  {
    name: 'asking',
    folder: `${host}/asking`,
    mayImport: ['support', 'plugin-api', 'contract', 'channel', 'channel/pipe', 'node'],
    packages: only('pino'),
  },
  { name: 'node-internals', folder: `${host}/node-internals`, mayImport: ['node'], packages: only('comlink') },
  {
    name: 'supervisor',
    folder: `${host}/supervisor`,
    mayImport: ['support', 'plugin-api', 'contract', 'channel', 'channel/pipe', 'node-internals', 'node'],
    packages: only('comlink', 'piscina'),
  },
  {
    name: 'session',
    folder: `${host}/session`,
    mayImport: ['support', 'plugin-api', 'contract', 'channel', 'node-internals', 'node'],
    packages: only('comlink'),
  },
  {
    name: 'process-tier/supervisor',
    folder: `${host}/process-tier/supervisor`,
    mayImport: ['support', 'plugin-api', 'contract', 'channel', 'channel/pipe', 'supervisor', 'node-internals', 'node'],
    packages: none,
  },
  {
    name: 'process-tier/child',
    folder: `${host}/process-tier/child`,
    mayImport: ['support', 'contract', 'channel', 'channel/pipe', 'session', 'node-internals', 'node'],
    packages: none,
  },
  {
    name: 'admin',
    folder: `${host}/admin`,
    mayImport: ['support', 'contract', 'node'],
    packages: (name) => isFastify(name) || name === 'typebox',
  },
  {
    // Its face, and the wiring of the rooms: createHost on the server's thread, the supervisor's thread on its own.
    name: 'host',
    folder: host,
    mayImport: [
      'support',
      'plugin-api',
      'channel',
      'contract',
      'options',
      'plugins',
      'asking',
      'supervisor',
      'process-tier/supervisor',
      'node-internals',
      'node',
    ],
    packages: only('comlink'),
  },
  // The server's, from below: what stands on the wire, the stores, what the server is about, the two ports, the command.
  { name: 'wire', folder: `${server}/wire`, mayImport: ['support'], packages: only('typebox') },
  {
    name: 'lmdb',
    folder: `${server}/store/lmdb`,
    mayImport: ['support', 'store', 'wire', 'node'],
    packages: only('lmdb'),
  },
  { name: 'store', folder: `${server}/store`, mayImport: ['support', 'wire'], packages: none },
  {
    name: 'accounts',
    folder: `${server}/accounts`,
    mayImport: ['support', 'types of store', 'wire', 'node'],
    packages: only('@serenity-kit/opaque', 'pino'),
  },
  {
    name: 'messages',
    folder: `${server}/messages`,
    // The types of the events are the words in which it speaks to the host.
    mayImport: ['support', 'store', 'wire', 'types of plugin-api', 'node'],
    packages: only('pino'),
  },
  { name: 'log', folder: `${server}/log`, mayImport: ['node'], packages: only('pino', 'pino-pretty') },
  { name: 'config', folder: `${server}/config`, mayImport: ['support', 'host', 'node'], packages: only('yaml') },
  {
    name: 'data-folder',
    folder: `${server}/data-folder`,
    mayImport: ['support', 'accounts', 'lmdb', 'wire', 'node'],
    packages: none,
  },
  {
    name: 'overload',
    folder: `${server}/http/overload`,
    mayImport: ['support', 'http', 'wire', 'node'],
    packages: isFastify,
  },
  {
    name: 'http',
    folder: `${server}/http`,
    mayImport: ['support', 'config', 'store', 'wire', 'admin', 'node'],
    packages: isFastify,
  },
  {
    name: 'client-api',
    folder: `${server}/client-api`,
    mayImport: ['support', 'accounts', 'messages', 'http', 'overload', 'types of store', 'wire', 'node'],
    packages: (name) => isFastify(name) || name === 'typebox',
  },
  {
    name: 'operator-api',
    folder: `${server}/operator-api`,
    mayImport: ['support', 'http', 'types of store', 'admin'],
    packages: (name) => isFastify(name) || name === 'typebox',
  },
  {
    name: 'cli',
    folder: `${server}/cli`,
    mayImport: ['support', 'config', 'data-folder', 'node'],
    packages: only('pino', 'yaml'),
  },
  {
    name: 'server',
    folder: server,
    mayImport: [
      'support',
      'plugin-api',
      'wire',
      'lmdb',
      'store',
      'accounts',
      'messages',
      'log',
      'config',
      'data-folder',
      'http',
      'client-api',
      'operator-api',
      'cli',
      'host',
      'admin',
      'node',
    ],
    packages: only('pino'),
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
    mayImport: ['support'],
    packages: only('#opaque-thread', '@serenity-kit/opaque', 'comlink', 'uint8array-extras'),
  },
  { name: 'first-party plugins', folder: 'packages/plugins', mayImport: ['plugin-api', 'node'], packages: none },
];

/** Returns the room that a file belongs to. */
export function roomOf(file: string): Room | undefined {
  return rooms.find(({ folder }) => file.startsWith(`${folder}/`));
}

const ownPackages: Readonly<Record<string, string>> = {
  '@gatehouse/support': 'support',
  '@gatehouse/plugin-api': 'plugin-api',
  '@gatehouse/host': 'host',
  '@gatehouse/server': 'server',
  '@gatehouse/client': 'client',
};

/** What an import leads to: a room, `node`, or a package from outside. */
type Target = { readonly room: string } | { readonly outside: string };

function targetOf(file: string, specifier: string): Target {
  if (specifier.startsWith('node:')) return { room: 'node' };
  if (specifier.startsWith('.')) {
    const path = posix.join(dirname(file), specifier);
    return { room: roomOf(path)?.name ?? path };
  }
  if (specifier === '@gatehouse/host/admin') return { room: 'admin' };
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  const own = ownPackages[name];
  return own === undefined ? { outside: name } : { room: own };
}

/** Why a file may not have an import; undefined when it may. */
export function objectionTo(file: string, { specifier, typeOnly, line }: Import): string | undefined {
  const room = roomOf(file);
  if (room === undefined) return `${file}: belongs to no room`;
  const target = targetOf(file, specifier);
  const allowed =
    'outside' in target
      ? room.packages(target.outside)
      : target.room === room.name ||
        room.mayImport.includes(target.room) ||
        (typeOnly && room.mayImport.includes(`types of ${target.room}`));
  if (allowed) return undefined;
  return `${file}:${line}: ${room.name} may not import ${typeOnly ? 'types of ' : ''}${specifier}`;
}
