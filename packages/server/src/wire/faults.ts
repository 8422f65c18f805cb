// All faults of a body at once, each with its place. Used after the validator has refused the body: that one stops at
// the first fault, so that a valid body costs nothing more, and a hostile one little. This one stops after a few.

import { didYouMean } from '@gatehouse/support/did-you-mean';
import { formatMeanings, formats } from './formats.js';

export interface Fault {
  /** RFC 6901: where in the body. */
  readonly pointer: string;
  readonly detail: string;
}

/** The parts of JSON Schema that the schemas of routes use. */
interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly format?: string;
  readonly pattern?: string;
}

const mostFaults = 8;
/** Characters of an unknown key that are given back. */
const mostEchoed = 64;

/** Returns up to 8 faults; none where the schema has a keyword that is not known here. */
export function faultsOf(schema: object, body: unknown): readonly Fault[] {
  const faults: Fault[] = [];
  for (const fault of faultsIn(schema as Schema, body, '')) {
    if (faults.push(fault) === mostFaults) break;
  }
  return faults;
}

/** Generated one by one, so that whoever has enough of them looks no further. */
function* faultsIn(schema: Schema, value: unknown, pointer: string): Generator<Fault> {
  if (schema.type !== undefined && !hasType(schema.type, value)) {
    yield { pointer, detail: `must be ${schema.type}` };
  } else if (Array.isArray(value)) yield* faultsOfItems(schema, value, pointer);
  else if (typeof value === 'object' && value !== null) yield* faultsOfMembers(schema, value, pointer);
  else if (typeof value === 'string') yield* faultsOfText(schema, value, pointer);
  else if (typeof value === 'number') yield* faultsOfNumber(schema, value, pointer);
}

function hasType(type: string, value: unknown): boolean {
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'null') return value === null;
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === type;
}

function* faultsOfItems(
  { items, minItems = 0, maxItems }: Schema,
  value: readonly unknown[],
  pointer: string,
): Generator<Fault> {
  if (value.length < minItems) yield { pointer, detail: `must NOT have fewer than ${minItems} items` };
  if (maxItems !== undefined && value.length > maxItems) {
    // The items are not looked at: there may be any number of them.
    yield { pointer, detail: `must NOT have more than ${maxItems} items` };
    return;
  }
  for (const [i, item] of items === undefined ? [] : value.entries()) {
    yield* faultsIn(items!, item, `${pointer}/${i}`);
  }
}

function* faultsOfMembers(schema: Schema, value: object, pointer: string): Generator<Fault> {
  const { properties = {}, required = [], additionalProperties } = schema;
  for (const name of required) {
    if (!Object.hasOwn(value, name)) yield { pointer, detail: `must have required property '${name}'` };
  }
  for (const name in value) {
    if (Object.hasOwn(properties, name)) {
      yield* faultsIn(properties[name]!, (value as Readonly<Record<string, unknown>>)[name], `${pointer}/${name}`);
    } else if (additionalProperties === false) {
      yield { pointer: `${pointer}/${segmentOf(name)}`, detail: unknownKey(name, Object.keys(properties)) };
    }
  }
}

function unknownKey(name: string, known: readonly string[]): string {
  return `is not known here${didYouMean(name, known) || `; known are ${known.join(', ')}`}`;
}

function segmentOf(name: string): string {
  const echoed = name.length > mostEchoed ? `${name.slice(0, mostEchoed)}…` : name;
  return echoed.replaceAll('~', '~0').replaceAll('/', '~1');
}

function* faultsOfText(
  { minLength = 0, maxLength, format, pattern }: Schema,
  value: string,
  pointer: string,
): Generator<Fault> {
  if (value.length < minLength) yield { pointer, detail: `must NOT have fewer than ${minLength} characters` };
  if (maxLength !== undefined && value.length > maxLength)
    yield { pointer, detail: `must NOT have more than ${maxLength} characters` };
  else if (format !== undefined && !matchesFormat(format, value)) yield { pointer, detail: mismatch(format) };
  else if (pattern !== undefined && !new RegExp(pattern, 'u').test(value))
    yield { pointer, detail: `must match pattern "${pattern}"` };
}

function matchesFormat(format: string, value: string): boolean {
  return !Object.hasOwn(formats, format) || formats[format as keyof typeof formats](value);
}

function mismatch(format: string): string {
  const meanings: Readonly<Record<string, string | undefined>> = formatMeanings;
  const meaning = meanings[format];
  return `must match format "${format}"${meaning === undefined ? '' : `: ${meaning}`}`;
}

function* faultsOfNumber({ minimum, maximum }: Schema, value: number, pointer: string): Generator<Fault> {
  if (minimum !== undefined && value < minimum) yield { pointer, detail: `must be >= ${minimum}` };
  if (maximum !== undefined && value > maximum) yield { pointer, detail: `must be <= ${maximum}` };
}
