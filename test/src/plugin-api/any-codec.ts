// Codecs of any shape that the kit can make, each with values that it carries.

import {
  type AnyCodec,
  blob,
  bytes,
  enumeration,
  f64,
  flag,
  i64,
  json,
  list,
  map,
  optional,
  record,
  text,
  u8,
  u32,
  u64,
  uint,
} from '@gatehouse/plugin-api/codec';
import fc from 'fast-check';

/** A codec, and values for it. */
export interface Carried {
  readonly codec: AnyCodec;
  readonly value: fc.Arbitrary<unknown>;
}

const bytesUpTo = (max: number, min = 0) => fc.uint8Array({ minLength: min, maxLength: max });
const shortText = fc.string({ unit: 'grapheme', maxLength: 8 });
const words = ['plain', 'retained', 'ünïcode'] as const;

/** JSON has no -0. */
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const isCarried = (value: unknown) =>
  !JSON.stringify(value).includes('__proto__') && JSON.stringify(value).length < 600;

const scalars: readonly Carried[] = [
  { codec: bytes(16), value: bytesUpTo(16, 16) },
  { codec: blob(20), value: bytesUpTo(20) },
  { codec: text(200), value: shortText },
  { codec: uint, value: fc.maxSafeNat() },
  { codec: u8, value: fc.integer({ min: 0, max: 255 }) },
  { codec: u32, value: fc.integer({ min: 0, max: 2 ** 32 - 1 }) },
  { codec: u64, value: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) },
  { codec: i64, value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) },
  { codec: f64, value: fc.double() },
  { codec: flag, value: fc.boolean() },
  { codec: enumeration(...words), value: fc.constantFrom(...words) },
  { codec: json(2_000), value: fc.jsonValue({ maxDepth: 2 }).filter(isCarried).map(asJson) },
];

const name = fc.stringMatching(/^[a-z][a-zA-Z0-9]{0,5}$/);
const key = shortText.filter((text) => text !== '__proto__');

function recordOf(fields: Readonly<Record<string, Carried>>): Carried {
  const of = <T>(pick: (field: Carried) => T) =>
    Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, pick(field)]));
  const value = fc.record(of((field) => field.value)).map((object) => {
    // An absent field is not a key with `undefined`.
    return Object.fromEntries(Object.entries(object).filter(([, one]) => one !== undefined));
  });
  return { codec: record(of(({ codec }) => codec)), value };
}

/** Fields of any kind, nested up to three deep. */
const { field } = fc.letrec<{ field: Carried; nested: Carried }>((tie) => ({
  field: fc.oneof({ maxDepth: 3, withCrossShrink: true }, fc.constantFrom(...scalars), tie('nested')),
  nested: fc.oneof(
    tie('field').map(({ codec, value }) => ({ codec: list(codec, 3), value: fc.array(value, { maxLength: 3 }) })),
    tie('field').map(({ codec, value }) => ({
      codec: map(codec, 3),
      value: fc.dictionary(key, value, { maxKeys: 3, noNullPrototype: true }),
    })),
    fc.dictionary(name, tie('field'), { minKeys: 1, maxKeys: 4 }).map(recordOf),
  ),
}));

const member = fc.oneof(
  field,
  field.map(({ codec, value }) => ({ codec: optional(codec), value: fc.option(value, { nil: undefined }) })),
);

/** Records of one to six fields of any kind, some of which may be absent. */
export const anyRecord: fc.Arbitrary<Carried> = fc.dictionary(name, member, { minKeys: 1, maxKeys: 6 }).map(recordOf);
