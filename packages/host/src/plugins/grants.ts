// The permissions that operators grant to plugins, combined with those that plugins ask for.

import { resolve } from 'node:path';
import { isInside } from '../contract/flag-paths.js';
import { noPermissions, type Permissions, permissionNames } from '../contract/permissions.js';
import { inFull, type Telling } from './found/complaint.js';
import { permissionSchema } from './found/permission-schema.js';
import { type Check, lateCheckOf } from './found/schema-check.js';

/** The grant to one plugin: some permissions, or whatever its manifest asks for. */
export type Grant = Partial<Permissions> | 'as-asked';

export type Grants = Readonly<Record<string, Grant>>;

const checkPermissions: Check<Permissions> = lateCheckOf({ ...permissionSchema });

/** Returns all complaints about grants by plugin. */
export function complaintsOfGrants(grants: object, tell: Telling = inFull): readonly string[] {
  return Object.entries(grants).flatMap(([plugin, grant]) => {
    if (grant === 'as-asked') return [];
    const checked = checkPermissions(grant, `grants.${plugin}`, tell);
    if (checked.ok) return [];
    return [`${checked.complaints.join('; ')} (or "as-asked" for all that the manifest asks for)`];
  });
}

/** Returns the permissions of a plugin: those that it both asks for and is granted. */
export function grantedOf(asked: Permissions, grant: Grant = noPermissions): Permissions {
  if (grant === 'as-asked') return asked;
  const { read = [], env = [] } = grant;
  const switches = permissionNames.map((name) => [name, asked[name] === true && grant[name] === true]);
  return {
    ...Object.fromEntries(switches),
    read: commonPaths(asked.read, read),
    env: asked.env.filter((name) => env.includes(name)),
  };
}

/** Returns the paths that lie inside a path of either list. A folder stands for whatever lies in it. */
function commonPaths(asked: readonly string[], granted: readonly string[]): readonly string[] {
  const isIn = (path: string, folders: readonly string[]) =>
    folders.some((folder) => isInside(resolve(path), resolve(folder)));
  const asAsked = asked.filter((path) => isIn(path, granted));
  const asGranted = granted.filter((path) => isIn(path, asked) && !isIn(path, asAsked));
  return [...asAsked.filter((path) => !isIn(path, asGranted)), ...asGranted];
}
