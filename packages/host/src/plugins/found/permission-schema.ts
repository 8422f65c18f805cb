// The schema of permissions, as a manifest or an operator writes them.

import { type TSchema, Type } from 'typebox';
import { type PermissionKind, type Permissions, permissionNames, permissionTable } from '../../contract/permissions.js';
import { absolutePath } from './complaint.js';

const path = Type.String({ pattern: absolutePath });
const name = Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' });

const schemas: Readonly<Record<PermissionKind, (description: string) => TSchema>> = {
  switch: (description) => Type.Boolean({ default: false, description }),
  paths: (description) => Type.Array(path, { default: [], description }),
  names: (description) => Type.Array(name, { default: [], description }),
};

const properties = Object.fromEntries(
  permissionNames.map((permission) => {
    const { kind, about } = permissionTable[permission];
    return [permission, schemas[kind](about)];
  }),
);

export const permissionSchema = Type.Unsafe<Permissions>(
  Type.Object(properties, { additionalProperties: false, description: 'What it asks to be permitted.' }),
);
