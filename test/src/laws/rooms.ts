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
    mayImport: ['support', 'contract', 'channel', 'plugins', 'node'],
    packages: only('pino'),
  },
  {
    name: 'plugins',
    folder: `${host}/plugins`,
    mayImport: ['support', 'plugin-api', 'contract', 'asking', 'node'],
    packages: only('ajv', 'pino', 'typebox'),
  },
  {
    name: 'asking',
    folder: `${host}/asking`,
    mayImport: ['support', 'plugin-api', 'contract', 'channel', 'channel/pipe'],
    packages: only('pino'),
  },
  { name: 'node-internals', folder: `${host}/node-internals`, mayImport: ['node'], packages: none },
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
    mayImport: ['support', 'contract', 'channel', 'channel/pipe', 'supervisor', 'node-internals', 'node'],
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
      'node',
    ],
    packages: only('comlink'),
  },
  {
    name: 'server',
    folder: 'packages/server/src',
    // The types of the events are the words in which it speaks to the host.
    mayImport: ['support', 'host', 'admin', 'types of plugin-api', 'node'],
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
