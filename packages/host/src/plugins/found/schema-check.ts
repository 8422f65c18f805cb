// Checks values against JSON schemas (draft-07), also schemas that strangers wrote.

import { Ajv, type Options } from 'ajv';
import { messageOf } from '../../contract/errors.js';
import { complaintOf, type Telling } from './complaint.js';
import { withinTime } from './time-limit.js';

export type JsonObject = Readonly<Record<string, unknown>>;

export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly complaints: readonly string[] };

/** A private copy of the value, with the schema's defaults filled in, or all that is wrong with it. */
export type Check<T> = (value: unknown, root: string, tell: Telling) => Checked<T>;

const options: Options = {
  allErrors: true,
  verbose: true,
  useDefaults: true,
  // A mistyped keyword or a format that is not checked would be a check that its author only believes in.
  strictSchema: true,
  strictTypes: false,
  strictTuples: false,
  strictRequired: false,
};

/** Checks schemas. It keeps none of them: a schema has `$id`s, and those of two plugins must not meet. */
const overSchemas = new Ajv({ ...options, logger: false });

/**
 * How long one schema of a plugin may take to be read, and one value to be checked, by the clock on the wall: a machine
 * with other things to do must not make a sound plugin invalid.
 */
const limitMs = 3000;

/** The check that a schema stands for. @throws Error in readable words when it is no schema. */
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
