// A plugin's description of itself before it runs: the `gatehouse` field of its package.json.

import { apiVersion } from '@gatehouse/plugin-api';
import { didYouMean } from '@gatehouse/support/did-you-mean';
import { type Static, Type } from 'typebox';
import { GatehouseError, messageOf } from '../../contract/errors.js';
import { type Isolation, isolations } from '../../contract/isolation.js';
import type { Permissions } from '../../contract/permissions.js';
import { complaintsOfPolicy, type PolicyWish } from '../../contract/policy.js';
import { inFull } from './complaint.js';
import { permissionSchema } from './permission-schema.js';
import { type Check, checkOf, type JsonObject, lateCheckOf } from './schema-check.js';

const whole = (minimum: number, maximum: number, byDefault: number, description: string) =>
  Type.Integer({ minimum, maximum, default: byDefault, description });

const anyObject = Type.Unsafe<JsonObject>({ type: 'object', default: {} });

/** The field as its author writes it. The only place of the defaults. */
export const manifestSchema = Type.Object(
  {
    apiVersion: Type.Literal(apiVersion, {
      description: 'The version of @gatehouse/plugin-api that it is written for.',
    }),
    title: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'Its name for people.' })),
    order: Type.Number({ default: 100, description: 'Its place in the chain: lower is asked earlier.' }),
    threads: whole(1, 16, 1, 'How many threads serve it.'),
    deadlineMs: whole(1, 60_000, 50, 'How long it may take over one gate call.'),
    memoryMb: whole(16, 65_536, 128, 'How much memory each of its threads may take.'),
    isolation: Type.Unsafe<Isolation>({
      enum: isolations,
      default: 'hardened-thread',
      description: 'What it lives in.',
    }),
    permissions: Type.Unsafe<Permissions>({ ...permissionSchema, default: {} }),
    startMs: whole(1, 300_000, 10_000, 'How long its start may take, loading included.'),
    stopMs: whole(1, 300_000, 2_000, 'How long its stop may take.'),
    hooks: Type.Optional(Type.Array(Type.String(), { description: 'The hooks that it implements.' })),
    onFault: Type.Optional(
      Type.Unsafe<PolicyWish>({
        description: 'What it counts as when it gives no verdict, where the operator is silent.',
      }),
    ),
    config: Type.Object(
      {
        schema: Type.Unsafe<JsonObject>({
          ...anyObject,
          description: 'JSON schema of its configuration: draft-07, or the draft that its $schema names.',
        }),
        defaults: Type.Unsafe<JsonObject>({
          ...anyObject,
          description: 'Its configuration where the operator is silent.',
        }),
      },
      { additionalProperties: false, default: {} },
    ),
  },
  { additionalProperties: false },
);

/** A manifest that has been checked, with the defaults filled in. */
export type Manifest = Readonly<Static<typeof manifestSchema>> & {
  readonly title: string;
  /** Its author chose `deadlineMs`. */
  readonly isDeadlineSet: boolean;
};

const checkManifest: Check<Static<typeof manifestSchema>> = lateCheckOf({ ...manifestSchema });

/**
 * Returns the manifest in a `gatehouse` field.
 * @throws GatehouseError MANIFEST_INVALID with every fault, its place, and what was expected.
 */
export function parseManifest(field: unknown, plugin: string, file: string): Manifest {
  const checked = checkManifest(field, 'gatehouse', inFull);
  if (!checked.ok) throw invalid(plugin, file, checked.complaints);
  const isDeadlineSet = Object.hasOwn(field as object, 'deadlineMs');
  const manifest = { ...checked.value, title: checked.value.title ?? plugin, isDeadlineSet };
  const complaints = [...complaintsOfOnFault(manifest), ...complaintsOfDefaults(manifest)];
  if (complaints.length > 0) throw invalid(plugin, file, complaints);
  return manifest;
}

/**
 * Checks the hooks that a manifest announces against those of the host's table.
 * @throws GatehouseError MANIFEST_INVALID naming each that is none
 */
export function checkHooks({ hooks = [] }: Manifest, known: readonly string[], plugin: string, file: string): void {
  const expected = known.map((name) => JSON.stringify(name)).join(', ');
  const complaints = hooks.flatMap((name, i) => {
    if (known.includes(name)) return [];
    const got = JSON.stringify(name.slice(0, 64));
    return [`gatehouse.hooks[${i}]: expected one of ${expected}, got ${got}${didYouMean(name, known)}`];
  });
  if (complaints.length > 0) throw invalid(plugin, file, complaints);
}

/** Returns the manifest for a single file, which has no place for one of its own. */
export function manifestOfSingleFile(plugin: string): Manifest {
  return parseManifest({ apiVersion }, plugin, plugin);
}

function complaintsOfOnFault({ onFault }: Manifest): readonly string[] {
  return onFault === undefined ? [] : complaintsOfPolicy(onFault, 'gatehouse.onFault');
}

function complaintsOfDefaults({ config }: Manifest): readonly string[] {
  try {
    // An operator supplies a required key without a default, so its absence is not a fault here.
    const { required: _, ...schema } = config.schema;
    const checked = checkOf(schema)(config.defaults, 'gatehouse.config.defaults', inFull);
    return checked.ok ? [] : checked.complaints;
  } catch (error) {
    return [`gatehouse.config.schema: is not a usable JSON schema: ${messageOf(error)}`];
  }
}

function invalid(plugin: string, file: string, complaints: readonly string[]): GatehouseError {
  return new GatehouseError('MANIFEST_INVALID', `${file}: ${complaints.join('; ')}`, { plugin });
}
