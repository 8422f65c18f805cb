// The binary layout of events: a codec per field, composed into records and lists. It knows no hook and no thread.

import type { Bytes } from './bytes.js';

/** A value that does not fit its codec: says which field, what was expected and what came. */
export class EventError extends Error {
  override readonly name = 'EventError';
  readonly code = 'EVENT_INVALID';
  /** Path of the offending field inside the event, such as `recipientKey` or `[3].seq`; empty for the event itself. */
  readonly field: string;
  readonly #complaint: string;

  constructor(complaint: string, field = '') {
    super(`${field || 'event'}: ${complaint}`);
    this.#complaint = complaint;
    this.field = field;
  }

  /** The same error, seen from the value in which the field stands as `name`, such as `recipientKey` or `[3]`. */
  within(name: string): EventError {
    const dot = this.field === '' || this.field.startsWith('[') ? '' : '.';
    return new EventError(this.#complaint, name + dot + this.field);
  }
}

function wrong(expected: string, got: unknown): EventError {
  return new EventError(`expected ${expected}, got ${describe(got)}`);
}

/** What was thrown, with the name of the place that it came from. */
function placed(error: unknown, name: string): unknown {
  return error instanceof EventError ? error.within(name) : error;
}

function describe(value: unknown): string {
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (value === null) return 'null';
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  return Array.isArray(value) ? 'an array' : typeof value;
}

/**
 * A place in a block of bytes where the next field is written or read. The bytes may be shared memory, so the
 * text coders, which refuse that, work on private copies.
 */
export class Cursor {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Offset of the next field, in bytes from the start of `bytes`. */
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** A private copy of the next `length` bytes. A Buffer's own `slice` would not copy, hence the detour. */
  take(length: number): Uint8Array {
    const from = this.at;
    this.at += length;
    return Uint8Array.prototype.slice.call(this.bytes, from, this.at);
  }
}

/** How one type of value crosses between threads. */
export interface Codec<T> {
  /** Most bytes that a value takes; infinite for a list. */
  readonly maxSize: number;
  /**
   * Checks the value and writes it at `cursor.at`, where `maxSize` bytes have to be free, and moves on. Checking and
   * writing are one, as this is the gate's hot path; after an error, what was written so far is of no use.
   * @throws EventError naming the field that does not fit.
   */
  write(cursor: Cursor, value: T): void;
  /** Reads at `cursor.at` and moves on. What it returns is private to the reader and may be kept. */
  read(cursor: Cursor): T;
}

/** A codec of whatever: the place where bytes become values, and their type is not known. */
// biome-ignore lint/suspicious/noExplicitAny: a codec both takes and gives its value, so no narrower type fits them all
export type AnyCodec = Codec<any>;

/** The type of value that a codec carries. */
export type ValueOf<C> = C extends Codec<infer T> ? T : never;

/** A field that may be absent from its record. */
export interface OptionalCodec<T> extends Codec<T | undefined> {
  readonly optional: true;
}

/** A codec for lists, which can be cut into pieces between items. */
export interface ListCodec<T> extends Codec<readonly T[]> {
  readonly item: Codec<T>;
}

/** Exactly `n` bytes, without a length on the wire. */
export function bytes<const N extends number>(n: N): Codec<Bytes<N>> {
  return {
    maxSize: n,
    write(cursor, value) {
      if (!(value instanceof Uint8Array) || value.length !== n) throw wrong(`${n} bytes`, value);
      cursor.bytes.set(value, cursor.at);
      cursor.at += n;
    },
    read: (cursor) => cursor.take(n) as Bytes<N>,
  };
}

/** A whole number from 0 to 2^53 - 1, 8 bytes (as a double, which holds these exactly). */
export const uint: Codec<number> = {
  maxSize: 8,
  write(cursor, value) {
    if (!Number.isSafeInteger(value) || value < 0) throw wrong('a whole number of 0 or more', value);
    cursor.view.setFloat64(cursor.at, value, true);
    cursor.at += 8;
  },
  read(cursor) {
    cursor.at += 8;
    return cursor.view.getFloat64(cursor.at - 8, true);
  },
};

const u64Max = 2n ** 64n - 1n;

/** An unsigned 64-bit number, 8 bytes. */
export const u64: Codec<bigint> = {
  maxSize: 8,
  write(cursor, value) {
    // Compared, not cut to 64 bits, which would make a number of its own.
    if (typeof value !== 'bigint' || value < 0n || value > u64Max) {
      throw wrong('a bigint from 0 to 2^64 - 1', value);
    }
    cursor.view.setBigUint64(cursor.at, value, true);
    cursor.at += 8;
  },
  read(cursor) {
    cursor.at += 8;
    return cursor.view.getBigUint64(cursor.at - 8, true);
  },
};

/** True or false, 1 byte. */
export const flag: Codec<boolean> = {
  maxSize: 1,
  write(cursor, value) {
    if (typeof value !== 'boolean') throw wrong('true or false', value);
    cursor.bytes[cursor.at++] = value ? 1 : 0;
  },
  read(cursor) {
    return cursor.bytes[cursor.at++] === 1;
  },
};

const encoder = new TextEncoder();
// A decoder drops a byte order mark unless told otherwise, and a username that starts with one would become another.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Text of at most `maxBytes` bytes of UTF-8, after a 32-bit length. A lone surrogate becomes U+FFFD. */
export function text(maxBytes: number): Codec<string> {
  return {
    maxSize: 4 + maxBytes,
    write(cursor, value) {
      if (typeof value !== 'string') throw wrong('text', value);
      const encoded = encoder.encode(value);
      if (encoded.length > maxBytes) throw wrong(`text of at most ${maxBytes} bytes`, encoded);
      cursor.view.setUint32(cursor.at, encoded.length, true);
      cursor.bytes.set(encoded, cursor.at + 4);
      cursor.at += 4 + encoded.length;
    },
    read(cursor) {
      const length = Math.min(cursor.view.getUint32(cursor.at, true), maxBytes);
      cursor.at += 4;
      return decoder.decode(cursor.take(length));
    },
  };
}

/** A field that may be absent, 1 byte more. */
export function optional<T>(codec: Codec<T>): OptionalCodec<T> {
  return {
    optional: true,
    maxSize: 1 + codec.maxSize,
    write(cursor, value) {
      flag.write(cursor, value !== undefined);
      if (value !== undefined) codec.write(cursor, value);
    },
    read: (cursor) => (flag.read(cursor) ? codec.read(cursor) : undefined),
  };
}

/** Codecs by the name of their field. */
export type Fields = Readonly<Record<string, AnyCodec>>;
type OptionalNames<F extends Fields> = {
  [K in keyof F]: F[K] extends { readonly optional: true } ? K : never;
}[keyof F];

/** The object that a `record` of these fields carries; optional fields may be left out. */
export type RecordOf<F extends Fields> = {
  readonly [K in Exclude<keyof F, OptionalNames<F>>]: ValueOf<F[K]>;
} & {
  readonly [K in OptionalNames<F>]?: Exclude<ValueOf<F[K]>, undefined>;
};

/** Named fields, one after the other in the order given, without names on the wire. */
export function record<const F extends Fields>(fields: F): Codec<RecordOf<F>> {
  const names = Object.keys(fields);
  const codecs: readonly AnyCodec[] = Object.values(fields);
  const { writeFields, readFields } = compiled(names, codecs);
  return {
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
 * Straight code for the fields of one record, made once when the table of hooks is: this is the gate's hot path, on
 * both sides. A loop over the names would look each of them up anew in every object, which takes as long again as
 * all the rest (docs/gate.md). The names are those of our own table, and quoted all the same.
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

/** The same object without the fields that are absent, which then do not show up as keys either. */
function withoutAbsent(object: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const present: Record<string, unknown> = {};
  for (const name in object) if (object[name] !== undefined) present[name] = object[name];
  return present;
}

/** Name of the first field that its codec refuses. */
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

/** Items of one kind after a 32-bit count. */
export function list<T>(item: Codec<T>): ListCodec<T> {
  return {
    item,
    maxSize: Number.POSITIVE_INFINITY,
    write(cursor, value) {
      if (!Array.isArray(value)) throw wrong('an array', value);
      cursor.view.setUint32(cursor.at, value.length, true);
      cursor.at += 4;
      let i = 0;
      try {
        // By index, which sees the holes of a sparse array too.
        for (; i < value.length; i++) item.write(cursor, value[i]);
      } catch (error) {
        throw placed(error, `[${i}]`);
      }
    },
    read(cursor) {
      const count = cursor.view.getUint32(cursor.at, true);
      cursor.at += 4;
      return Array.from({ length: count }, () => item.read(cursor));
    },
  };
}
