// The permissions of plugins: the one table from which manifest, grants, Node's flags and refusals derive.

import { resolve } from 'node:path';
import { isInside } from './flag-paths.js';

/** A permission is a switch, a list of paths, or a list of names. */
export type PermissionKind = 'switch' | 'paths' | 'names';

export const permissionTable = {
  read: { kind: 'paths', about: 'Files and folders outside of its own that it may read.' },
  data: { kind: 'switch', about: 'A folder of its own to keep files in.' },
  network: { kind: 'switch', about: 'Connections, servers and name look-ups.' },
  childProcesses: {
    kind: 'switch',
    about: 'Programs that it starts. They are bound by nothing that binds the plugin.',
  },
  workerThreads: { kind: 'switch', about: 'Threads of its own. They are bound by nothing that binds the plugin.' },
  addons: { kind: 'switch', about: 'Native code. It can do whatever the process can.' },
  wasi: { kind: 'switch', about: "WebAssembly's system interface." },
  env: { kind: 'names', about: 'Variables of the environment that it may read.' },
} as const satisfies Readonly<Record<string, { readonly kind: PermissionKind; readonly about: string }>>;

type Table = typeof permissionTable;

export type PermissionName = keyof Table;

export type SwitchPermission = { [N in PermissionName]: Table[N]['kind'] extends 'switch' ? N : never }[PermissionName];

export type Permissions = {
  readonly [N in PermissionName]: Table[N]['kind'] extends 'switch' ? boolean : readonly string[];
};

export const permissionNames = Object.keys(permissionTable) as readonly PermissionName[];

export const noPermissions = Object.fromEntries(
  permissionNames.map((name) => [name, permissionTable[name].kind === 'switch' ? false : []]),
) as unknown as Permissions;

/** Returns words for each permission: `network`, `read /etc/hosts`, `env LANG`. */
export function permissionWords(permissions: Permissions): readonly string[] {
  return permissionNames.flatMap((name) => {
    const value = permissions[name];
    if (typeof value === 'boolean') return value ? [name] : [];
    return value.map((item) => `${name} ${item}`);
  });
}

/** Returns words for each permission that was asked for and not granted: `network`, `read / except /srv/lists`. */
export function refusedOf(asked: Permissions, granted: Permissions): readonly string[] {
  const has = permissionWords({ ...granted, read: [] });
  const others = permissionWords({ ...asked, read: [] }).filter((word) => !has.includes(word));
  return [...asked.read.flatMap((path) => refusedPath(path, granted.read)), ...others];
}

function refusedPath(path: string, granted: readonly string[]): readonly string[] {
  const isIn = (inner: string, folder: string) => isInside(resolve(inner), resolve(folder));
  if (granted.some((folder) => isIn(path, folder))) return [];
  const parts = granted.filter((inner) => isIn(inner, path));
  return [parts.length === 0 ? `read ${path}` : `read ${path} except ${parts.join(', ')}`];
}

/** Whether a plugin asks for this permission; for a path or a variable, whether it asks for this one. */
export function asksFor(asked: Permissions, permission: PermissionName, item = ''): boolean {
  const wish = asked[permission];
  if (typeof wish === 'boolean') return wish;
  if (permissionTable[permission].kind === 'names') return wish.includes(item);
  return wish.some((path) => isInside(resolve(item), resolve(path)));
}
