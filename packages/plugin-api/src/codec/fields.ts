// Codecs of single values, and lists of them.

import type { Bytes } from '../bytes.js';
import type { Codec, ListCodec, OptionalCodec } from './codec.js';
import { placed, wrong } from './event-error.js';

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
    // Compared, not truncated to 64 bits, which would silently change the number.
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
// By default a decoder drops a byte order mark, which would change a username that starts with one.
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

/** A field that may be absent; takes 1 byte more. */
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
