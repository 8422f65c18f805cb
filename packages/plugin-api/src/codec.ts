// The binary layout of events: a codec per field, composed into records and lists. It knows no hook and no thread.

import type { Bytes } from './bytes.js';

/** A value that does not fit its codec: says which field, what was expected and what came. */
export class EventError extends Error {
  override readonly name = 'EventError';
  readonly code = 'EVENT_INVALID';
  /** Path of the offending field inside the event, such as `recipientKey` or `[3].seq`. */
  readonly field: string;

  constructor(field: string, expected: string, got: unknown) {
    super(`${field || 'event'}: expected ${expected}, got ${describe(got)}`);
    this.field = field;
  }
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
  /**
   * Bytes that `value` takes at most. Checks the value whole, so that `write` cannot fail half way.
   * @throws EventError naming `field` when the value does not fit.
   */
  size(value: T, field: string): number;
  /** Writes at `cursor.at` a value that `size` has accepted, and moves on. */
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
    size(value, field) {
      if (!(value instanceof Uint8Array) || value.length !== n) throw new EventError(field, `${n} bytes`, value);
      return n;
    },
    write(cursor, value) {
      cursor.bytes.set(value, cursor.at);
      cursor.at += n;
    },
    read: (cursor) => cursor.take(n) as Bytes<N>,
  };
}

/** A whole number from 0 to 2^53 - 1, 8 bytes (as a double, which holds these exactly). */
export const uint: Codec<number> = {
  size(value, field) {
    if (!Number.isSafeInteger(value) || value < 0) throw new EventError(field, 'a whole number of 0 or more', value);
    return 8;
  },
  write(cursor, value) {
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
  size(value, field) {
    if (typeof value !== 'bigint' || value < 0n || value > u64Max) {
      throw new EventError(field, 'a bigint from 0 to 2^64 - 1', value);
    }
    return 8;
  },
  write(cursor, value) {
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
  size(value, field) {
    if (typeof value !== 'boolean') throw new EventError(field, 'true or false', value);
    return 1;
  },
  write(cursor, value) {
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
    size(value, field) {
      if (typeof value !== 'string') throw new EventError(field, 'text', value);
      // A UTF-16 unit takes at most three bytes, so most values need no count.
      if (value.length * 3 <= maxBytes) return 4 + value.length * 3;
      const encoded = encoder.encode(value);
      if (encoded.length > maxBytes) throw new EventError(field, `text of at most ${maxBytes} bytes`, encoded);
      return 4 + encoded.length;
    },
    write(cursor, value) {
      const encoded = encoder.encode(value);
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
    size: (value, field) => 1 + (value === undefined ? 0 : codec.size(value, field)),
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
  // Plain index loops: this is the gate's hot path, on both sides.
  return {
    size(value, field) {
      if (typeof value !== 'object' || value === null) throw new EventError(field, 'an object', value);
      const prefix = field === '' ? '' : `${field}.`;
      let size = 0;
      for (let i = 0; i < names.length; i++) {
        const name = names[i]!;
        size += codecs[i]!.size((value as Record<string, unknown>)[name], prefix === '' ? name : prefix + name);
      }
      return size;
    },
    write(cursor, value) {
      for (let i = 0; i < names.length; i++) codecs[i]!.write(cursor, (value as Record<string, unknown>)[names[i]!]);
    },
    read(cursor) {
      const value: Record<string, unknown> = {};
      for (let i = 0; i < names.length; i++) {
        const field: unknown = codecs[i]!.read(cursor);
        if (field !== undefined) value[names[i]!] = field;
      }
      return value as RecordOf<F>;
    },
  };
}

/** Items of one kind after a 32-bit count. */
export function list<T>(item: Codec<T>): ListCodec<T> {
  return {
    item,
    size(value, field) {
      if (!Array.isArray(value)) throw new EventError(field, 'an array', value);
      let size = 4;
      // By index, which sees the holes of a sparse array too.
      for (let i = 0; i < value.length; i++) size += item.size(value[i], `${field}[${i}]`);
      return size;
    },
    write(cursor, value) {
      cursor.view.setUint32(cursor.at, value.length, true);
      cursor.at += 4;
      for (const one of value) item.write(cursor, one);
    },
    read(cursor) {
      const count = cursor.view.getUint32(cursor.at, true);
      cursor.at += 4;
      return Array.from({ length: count }, () => item.read(cursor));
    },
  };
}
