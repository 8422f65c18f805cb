// Checks values against JSON schemas, including untrusted ones.

import { didYouMean } from '@gatehouse/support/did-you-mean';
import type { Ajv, ValidateFunction } from 'ajv';
import { messageOf } from '../../contract/errors.js';
import { complaintOf, type Telling } from './complaint.js';
import { checkIgnored, compilerFor, type Draft, draftOf } from './schema-drafts.js';
import { withinTime } from './time-limit.js';

export type JsonObject = Readonly<Record<string, unknown>>;

export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly complaints: readonly string[] };

/** Returns a private copy of the value with the schema's defaults filled in, or all complaints about it. */
export type Check<T> = (value: unknown, root: string, tell: Telling) => Checked<T>;

/**
 * Limit for compiling one schema of a plugin, and for checking one value, in wall-clock time. A busy machine must not
 * make a sound plugin invalid.
 */
const limitMs = 3000;

/** Returns the check for a schema. @throws Error in readable words if it is not a schema. */
export function checkOf<T = JsonObject>(schema: JsonObject): Check<T> {
  // Most plugins have none, and a compiler takes milliseconds.
  if (Object.keys(schema).length === 0) return anything<T>;
  const draft = draftOf(schema);
  checkSchema(schema, draft);
  return compiledCheckOf<T>(schema, draft);
}

function compiledCheckOf<T>(schema: JsonObject, draft: Draft): Check<T> {
  const { ajv, ignored } = compilerFor(draft);
  const validate = withinTime(limitMs, () => {
    const compiled = compile<T>(ajv, schema);
    checkIgnored(ignored, draft);
    return compiled;
  });
  return (value, root, tell) => {
    try {
      const copy: unknown = structuredClone(value);
      if (withinTime(limitMs, () => validate(copy))) return { ok: true, value: copy as T };
      return { ok: false, complaints: (validate.errors ?? []).map((error) => complaintOf(error, root, tell)) };
    } catch (error) {
      return unchecked(root, error);
    }
  };
}

/** The check of a schema without words. */
function anything<T>(value: unknown, root: string): Checked<T> {
  try {
    return { ok: true, value: structuredClone(value) as T };
  } catch (error) {
    return unchecked(root, error);
  }
}

function unchecked(root: string, error: unknown): Checked<never> {
  return { ok: false, complaints: [`${root}: cannot be checked: ${messageOf(error)}`] };
}

/**
 * The check for a schema of the host's own, which is one: to check that would take a start 50 ms. It is made when it is first
 * used, because importing a file must not fail.
 */
export function lateCheckOf<T>(schema: JsonObject): Check<T> {
  let check: Check<T> | undefined;
  return (value, root, tell) => {
    check ??= compiledCheckOf<T>(schema, draftOf(schema));
    return check(value, root, tell);
  };
}

function checkSchema({ $schema: _, ...schema }: JsonObject, { overSchemas }: Draft): void {
  if (overSchemas.validateSchema(schema) === true) return;
  throw new Error(overSchemas.errorsText(overSchemas.errors, { dataVar: 'schema' }));
}

const unknownFormat = /^unknown format "(.*)" ignored in schema at path "(.*)"$/s;

function compile<T>(ajv: Ajv, schema: JsonObject): ValidateFunction<T> {
  try {
    return ajv.compile<T>(schema);
  } catch (error) {
    const [, format, at] = unknownFormat.exec(messageOf(error)) ?? [];
    if (format === undefined) throw error;
    throw new Error(`unknown format "${format}"${didYouMean(format, Object.keys(ajv.formats))} (at ${at})`);
  }
}
