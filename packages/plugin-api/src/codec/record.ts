// Records: a codec per field, compiled into straight-line code.

import type { AnyCodec, Codec, ValueOf } from './codec.js';
import type { Cursor } from './cursor.js';
import { placed, wrong } from './event-error.js';

/** Codecs by the name of their field. */
export type Fields = Readonly<Record<string, AnyCodec>>;
type OptionalNames<F extends Fields> = {
  [K in keyof F]: F[K] extends { readonly optional: true } ? K : never;
}[keyof F];

/**
 * The object that a `record` of these fields carries; optional fields may be left out. The mapping by `as` keeps the
 * doc comments of the fields.
 */
export type RecordOf<F extends Fields> = {
  readonly [K in keyof F as K extends OptionalNames<F> ? never : K]: ValueOf<F[K]>;
} & {
  readonly [K in keyof F as K extends OptionalNames<F> ? K : never]?: Exclude<ValueOf<F[K]>, undefined>;
};

/** Named fields, one after the other in the order given, without names on the wire. */
export function record<const F extends Fields>(fields: F): Codec<RecordOf<F>> {
  const names = Object.keys(fields);
  const codecs: readonly AnyCodec[] = Object.values(fields);
  if (names.length === 0) throw new TypeError('record: it has no field');
  if (names.includes('__proto__')) throw new TypeError('record: a field cannot be called __proto__');
  const odd = names.find((_, i) => typeof codecs[i]?.write !== 'function');
  if (odd !== undefined) throw new TypeError(`record: ${odd} is no field: make it with text(…), u32 and their like`);
  const { writeFields, readFields } = mayGenerateCode ? compiled(names, codecs) : interpreted(names, codecs);
  return {
    description: { type: 'record', fields: names.map((name, i) => [name, codecs[i]!.description]) },
    minSize: codecs.reduce((sum, codec) => sum + codec.minSize, 0),
    maxSize: codecs.reduce((sum, codec) => sum + codec.maxSize, 0),
    write(cursor, value) {
      if (typeof value !== 'object' || value === null) throw wrong('an object', value);
      const start = cursor.at;
      try {
        writeFields(cursor, value);
      } catch (error) {
        cursor.at = start;
        throw placed(error, offender(cursor, value as Record<string, unknown>, names, codecs));
      }
    },
    read: (cursor) => readFields(cursor) as RecordOf<F>,
  };
}

interface RecordCode {
  writeFields(cursor: Cursor, value: unknown): void;
  readFields(cursor: Cursor): unknown;
}

/**
 * Compiles straight-line code for the fields of one record, once, when the table of hooks is created: this is the
 * gate's hot path, on both sides. A loop would look up each name in every object, which doubles the time
 * (docs/gate.md). The names come from our own table, and are quoted nevertheless.
 */
function compiled(names: readonly string[], codecs: readonly AnyCodec[]): RecordCode {
  const fields = names.map((name, i) => ({ name: JSON.stringify(name), codec: `c${i}`, value: `v${i}` }));
  const optionals = fields.filter((_, i) => 'optional' in codecs[i]!);
  const code = `
    const [${fields.map(({ codec }) => codec)}] = codecs;
    return {
      writeFields(cursor, object) {
        ${fields.map(({ name, codec }) => `${codec}.write(cursor, object[${name}]);`).join('\n')}
      },
      readFields(cursor) {
        ${fields.map(({ codec, value }) => `const ${value} = ${codec}.read(cursor);`).join('\n')}
        const object = { ${fields.map(({ name, value }) => `${name}: ${value}`)} };
        return ${optionals.map(({ value }) => `${value} === undefined || `).join('')} false ? without(object) : object;
      },
    };`;
  return new Function('codecs', 'without', code)(codecs, withoutAbsent);
}

/** Does the same without generated code, which takes about twice the time. */
function interpreted(names: readonly string[], codecs: readonly AnyCodec[]): RecordCode {
  return {
    writeFields(cursor, object) {
      for (let i = 0; i < names.length; i++) {
        codecs[i]!.write(cursor, (object as Readonly<Record<string, unknown>>)[names[i]!]);
      }
    },
    readFields(cursor) {
      const object: Record<string, unknown> = {};
      for (let i = 0; i < names.length; i++) {
        const value = codecs[i]!.read(cursor);
        if (value !== undefined) object[names[i]!] = value;
      }
      return object;
    },
  };
}

/** Whether Node was started so that code can be generated: not with `--disallow-code-generation-from-strings`. */
export const mayGenerateCode: boolean = (() => {
  try {
    return new Function('return true')() === true;
  } catch {
    return false;
  }
})();

/** Returns the object without its absent fields, so that they do not appear as keys. */
function withoutAbsent(object: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const present: Record<string, unknown> = {};
  for (const name in object) if (object[name] !== undefined) present[name] = object[name];
  return present;
}

/** Returns the name of the first field that its codec refuses. */
function offender(
  cursor: Cursor,
  value: Readonly<Record<string, unknown>>,
  names: readonly string[],
  codecs: readonly AnyCodec[],
): string {
  const refused = names.findIndex((name, i) => {
    try {
      codecs[i]!.write(cursor, value[name]);
      return false;
    } catch {
      return true;
    }
  });
  return names[refused] ?? '';
}
