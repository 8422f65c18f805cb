// Describes what is wrong with a value: where, what was expected, and what came instead.

import { didYouMean } from '@gatehouse/support/did-you-mean';
import type { ErrorObject } from 'ajv';

/** Describes the offending value: in full, or only its kind if it may be a secret. */
export type Telling = (value: unknown) => string;

export const inFull: Telling = (value) => {
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
};

export const onlyItsKind: Telling = (value) => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
};

/** Without "*" and ",", which in Node's flags mean any text and the end of a path. */
export const absolutePath = '^(/|[A-Za-z]:\\\\)[^*,]*$';

/** Describes our own patterns in words. */
const patternWords: Readonly<Record<string, string>> = {
  [absolutePath]: 'an absolute path (such as /srv/lists) without "*" and ","',
};

type Params = Readonly<Record<string, unknown>>;

/** Describes what was expected, by the schema keyword that failed. Other keywords use ajv's own words. */
const expectations: Readonly<Record<string, (params: Params) => string>> = {
  type: ({ type }) => (Array.isArray(type) ? type.join(' or ') : withArticle(String(type))),
  const: ({ allowedValue }) => inFull(allowedValue),
  enum: ({ allowedValues }) => `one of ${(allowedValues as readonly unknown[]).map(inFull).join(', ')}`,
  minimum: ({ limit }) => `${limit} or more`,
  maximum: ({ limit }) => `${limit} or less`,
  exclusiveMinimum: ({ limit }) => `more than ${limit}`,
  exclusiveMaximum: ({ limit }) => `less than ${limit}`,
  minLength: ({ limit }) => `at least ${limit} characters`,
  maxLength: ({ limit }) => `at most ${limit} characters`,
  minItems: ({ limit }) => `at least ${limit} items`,
  maxItems: ({ limit }) => `at most ${limit} items`,
  pattern: ({ pattern }) => patternWords[String(pattern)] ?? `text that matches ${pattern}`,
  format: ({ format }) => `text of the format ${inFull(format)}`,
};

function withArticle(type: string): string {
  if (type === 'integer') return 'a whole number';
  return `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;
}

/** Describes one error of ajv (which needs `verbose: true`). `root` is the name of the checked value. */
export function complaintOf(error: ErrorObject, root: string, tell: Telling): string {
  const at = pathOf(root, error.instancePath);
  if (error.keyword === 'required') return `${at}.${error.params.missingProperty}: is missing`;
  if (['additionalProperties', 'unevaluatedProperties'].includes(error.keyword)) return unknownKey(error, at);
  const expected = expectations[error.keyword]?.(error.params);
  if (expected === undefined) return `${at}: ${error.message ?? error.keyword}, got ${tell(error.data)}`;
  return `${at}: expected ${expected}, got ${tell(error.data)}`;
}

function unknownKey(error: ErrorObject, at: string): string {
  const key = String(error.params.additionalProperty ?? error.params.unevaluatedProperty);
  const known = Object.keys((error.parentSchema?.properties as object | undefined) ?? {});
  const knownKeys = known.length === 0 ? '' : ` (known: ${known.join(', ')})`;
  return `${at}.${key}: unknown key${didYouMean(key, known)}${knownKeys}`;
}

/** `config` and `/limits/0/max` give `config.limits[0].max`. */
function pathOf(root: string, pointer: string): string {
  const steps = pointer.split('/').slice(1);
  return steps.reduce((path, step) => {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    return /^\d+$/.test(key) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
  }, root);
}
