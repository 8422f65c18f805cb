// The drafts of JSON schema in which a plugin's schema may be written. A schema names its own by `$schema`.

import { createRequire } from 'node:module';
import { didYouMean } from '@gatehouse/support/did-you-mean';
import { Ajv, type Options } from 'ajv';
import ajvFormats from 'ajv-formats';

export type Schema = Readonly<Record<string, unknown>>;

type AjvClass = typeof Ajv;

export interface Draft {
  readonly name: string;
  /** Checks schemas of this draft. It stores none of them, because the `$id`s of two plugins' must not collide. */
  readonly overSchemas: Ajv;
  readonly Ajv: AjvClass;
}

const options: Options = {
  allErrors: true,
  verbose: true,
  useDefaults: true,
  // Collects what is ignored, which `checkIgnored` then judges. An unknown format throws.
  strictSchema: 'log',
  strictTypes: false,
  strictTuples: false,
  strictRequired: false,
};

/** Made when needed, because a CommonJS bundle has no address of its own. */
const load = (module: string) => createRequire(import.meta.url)(module);

/** Loads ajv for a draft, which takes some milliseconds, only once a schema needs it. */
const classes: Readonly<Record<string, () => AjvClass>> = {
  // Draft-07 added words to draft-06, and changed none.
  'draft-06': () => Ajv,
  'draft-07': () => Ajv,
  '2019-09': () => load('ajv/dist/2019.js') as AjvClass,
  '2020-12': () => load('ajv/dist/2020.js') as AjvClass,
};

const drafts = new Map<string, Draft>();
const address = /^https?:\/\/json-schema\.org\/(?:draft\/)?([\w-]+)\/schema#?$/;

/** Returns the draft of a schema: draft-07 if it names none. @throws Error in readable words for an unknown one */
export function draftOf({ $schema = 'http://json-schema.org/draft-07/schema#' }: Schema): Draft {
  const name = typeof $schema === 'string' ? (address.exec($schema)?.[1] ?? '') : '';
  if (!Object.hasOwn(classes, name)) {
    const known = Object.keys(classes).join(', ');
    throw new Error(`$schema: ${JSON.stringify($schema).slice(0, 200)} cannot be read; known drafts: ${known}`);
  }
  const draft = drafts.get(name) ?? createDraft(name);
  drafts.set(name, draft);
  return draft;
}

function createDraft(name: string): Draft {
  const Class = classes[name]!();
  return { name, Ajv: Class, overSchemas: new Class({ ...options, strictSchema: true, logger: false }) };
}

/** Returns a compiler for one schema of a draft, and the set to which it adds what it ignores. */
export function compilerFor({ Ajv: Class }: Draft): { readonly ajv: Ajv; readonly ignored: ReadonlySet<string> } {
  const ignored = new Set<string>();
  const warn = (message: unknown) => void ignored.add(String(message));
  const ajv = new Class({ ...options, meta: false, validateSchema: false, logger: { log: warn, warn, error: warn } });
  ajvFormats.default(ajv);
  return { ajv, ignored };
}

/** The keywords that decide whether a value is valid, of all drafts. */
const deciding = `$ref additionalItems additionalProperties allOf anyOf const contains dependencies dependentRequired
  dependentSchemas else enum exclusiveMaximum exclusiveMinimum format items maxContains maxItems maxLength maxProperties
  maximum minContains minItems minLength minProperties minimum multipleOf oneOf pattern patternProperties prefixItems
  properties propertyNames required then type unevaluatedItems unevaluatedProperties uniqueItems $dynamicRef
  $recursiveRef`.split(/\s+/);

const unknownKeyword = /unknown keyword: "(.*)"$/s;

/**
 * Accepts unknown keywords as annotations, such as `x-label`.
 * @throws Error for one that its author may rely on: a mistyped one, or one of another draft
 */
export function checkIgnored(ignored: ReadonlySet<string>, { name }: Draft): void {
  for (const message of ignored) {
    const keyword = unknownKeyword.exec(message)?.[1];
    if (keyword === undefined) throw new Error(message);
    if (deciding.includes(keyword)) {
      throw new Error(`"${keyword}" is a keyword of another draft than ${name}; $schema names the draft`);
    }
    const meant = /^x-/i.test(keyword) ? '' : didYouMean(keyword, deciding);
    if (meant !== '') throw new Error(`unknown keyword "${keyword}"${meant} (an annotation may begin with "x-")`);
  }
}
