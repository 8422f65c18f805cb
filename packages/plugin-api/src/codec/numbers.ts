// Codecs of numbers and flags.

import type { Codec } from './codec.js';
import type { NumberType } from './description.js';
import { wrong } from './event-error.js';

/** A whole number from 0 to 2^53 - 1, 8 bytes (as a double, which holds these exactly). */
export const uint: Codec<number> = {
  description: { type: 'uint' },
  minSize: 8,
  maxSize: 8,
  write(cursor, value) {
    if (!Number.isSafeInteger(value) || value < 0) throw wrong('a whole number of 0 or more', value);
    cursor.view.setFloat64(cursor.at, value, true);
    cursor.at += 8;
  },
  read(cursor) {
    const value = cursor.view.getFloat64(cursor.at, true);
    if (!Number.isSafeInteger(value) || value < 0) throw wrong('a whole number of 0 or more', value);
    cursor.at += 8;
    return value;
  },
};

/** A whole number from 0 to 255, 1 byte. */
export const u8: Codec<number> = {
  description: { type: 'u8' },
  minSize: 1,
  maxSize: 1,
  write(cursor, value) {
    if (!Number.isInteger(value) || value < 0 || value > 0xff) throw wrong('a whole number from 0 to 255', value);
    cursor.view.setUint8(cursor.at, value);
    cursor.at += 1;
  },
  read(cursor) {
    const value = cursor.view.getUint8(cursor.at);
    cursor.at += 1;
    return value;
  },
};

const u32Max = 2 ** 32 - 1;

/** A whole number from 0 to 2^32 - 1, 4 bytes. */
export const u32: Codec<number> = {
  description: { type: 'u32' },
  minSize: 4,
  maxSize: 4,
  write(cursor, value) {
    if (!Number.isInteger(value) || value < 0 || value > u32Max)
      throw wrong('a whole number from 0 to 2^32 - 1', value);
    cursor.view.setUint32(cursor.at, value, true);
    cursor.at += 4;
  },
  read(cursor) {
    const value = cursor.view.getUint32(cursor.at, true);
    cursor.at += 4;
    return value;
  },
};

const u64Max = 2n ** 64n - 1n;

/** An unsigned 64-bit number, 8 bytes. */
export const u64: Codec<bigint> = {
  description: { type: 'u64' },
  minSize: 8,
  maxSize: 8,
  write(cursor, value) {
    // Compared, not truncated to 64 bits, which would silently change the number.
    if (typeof value !== 'bigint' || value < 0n || value > u64Max) throw wrong('a bigint from 0 to 2^64 - 1', value);
    cursor.view.setBigUint64(cursor.at, value, true);
    cursor.at += 8;
  },
  read(cursor) {
    const value = cursor.view.getBigUint64(cursor.at, true);
    cursor.at += 8;
    return value;
  },
};

const i64Max = 2n ** 63n - 1n;

/** A signed 64-bit number, 8 bytes. */
export const i64: Codec<bigint> = {
  description: { type: 'i64' },
  minSize: 8,
  maxSize: 8,
  write(cursor, value) {
    if (typeof value !== 'bigint' || value < -i64Max - 1n || value > i64Max) {
      throw wrong('a bigint from -2^63 to 2^63 - 1', value);
    }
    cursor.view.setBigInt64(cursor.at, value, true);
    cursor.at += 8;
  },
  read(cursor) {
    const value = cursor.view.getBigInt64(cursor.at, true);
    cursor.at += 8;
    return value;
  },
};

/** Any number, 8 bytes. */
export const f64: Codec<number> = {
  description: { type: 'f64' },
  minSize: 8,
  maxSize: 8,
  write(cursor, value) {
    if (typeof value !== 'number') throw wrong('a number', value);
    cursor.view.setFloat64(cursor.at, value, true);
    cursor.at += 8;
  },
  read(cursor) {
    const value = cursor.view.getFloat64(cursor.at, true);
    cursor.at += 8;
    return value;
  },
};

/** True or false, 1 byte. */
export const flag: Codec<boolean> = {
  description: { type: 'flag' },
  minSize: 1,
  maxSize: 1,
  write(cursor, value) {
    if (typeof value !== 'boolean') throw wrong('true or false', value);
    cursor.view.setUint8(cursor.at, value ? 1 : 0);
    cursor.at += 1;
  },
  read(cursor) {
    const byte = cursor.view.getUint8(cursor.at);
    if (byte > 1) throw wrong('0 or 1', byte);
    cursor.at += 1;
    return byte === 1;
  },
};

export const numbers: Readonly<Record<NumberType | 'flag', Codec<number> | Codec<bigint> | Codec<boolean>>> = {
  uint,
  u8,
  u32,
  u64,
  i64,
  f64,
  flag,
};
