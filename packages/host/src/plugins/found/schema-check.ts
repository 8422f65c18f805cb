// Checks values against JSON schemas (draft-07), including untrusted schemas.

import { Ajv, type Options } from 'ajv';
import { messageOf } from '../../contract/errors.js';
import { complaintOf, type Telling } from './complaint.js';
import { withinTime } from './time-limit.js';

export type JsonObject = Readonly<Record<string, unknown>>;

export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly complaints: readonly string[] };

/** Returns a private copy of the value with the schema's defaults filled in, or all complaints about it. */
export type Check<T> = (value: unknown, root: string, tell: Telling) => Checked<T>;

const options: Options = {
  allErrors: true,
  verbose: true,
  useDefaults: true,
  // With a mistyped keyword or an unknown format, a check would be missing that its author relies on.
  strictSchema: true,
  strictTypes: false,
  strictTuples: false,
  strictRequired: false,
};

/** Checks schemas. It stores none of them, because the `$id`s of two plugins' schemas must not collide. */
const overSchemas = new Ajv({ ...options, logger: false });

/**
 * Limit for compiling one schema of a plugin, and for checking one value, in wall-clock time. A busy machine must not
 * make a sound plugin invalid.
 */
const limitMs = 3000;

/** Returns the check for a schema. @throws Error in readable words if it is not a schema. */
export function checkOf<T = JsonObject>(schema: JsonObject): Check<T> {
  if (overSchemas.validateSchema(schema) !== true) {
    throw new Error(overSchemas.errorsText(overSchemas.errors, { dataVar: 'schema' }));
  }
  const ajv = new Ajv({ ...options, logger: false, meta: false, validateSchema: false });
  const validate = withinTime(limitMs, () => ajv.compile<T>(schema));
  return (value, root, tell) => {
    try {
      const copy: unknown = structuredClone(value);
      if (withinTime(limitMs, () => validate(copy))) return { ok: true, value: copy as T };
      return { ok: false, complaints: (validate.errors ?? []).map((error) => complaintOf(error, root, tell)) };
    } catch (error) {
      return { ok: false, complaints: [`${root}: cannot be checked: ${messageOf(error)}`] };
    }
  };
}
