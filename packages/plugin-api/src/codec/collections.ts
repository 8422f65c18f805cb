// Codecs of values that may be absent, or be many.

import type { Codec, ListCodec, OptionalCodec } from './codec.js';
import { text } from './contents.js';
import type { Cursor } from './cursor.js';
import { EventError, placed, wrong } from './event-error.js';
import { assertLimit } from './limits.js';
import { flag } from './numbers.js';

/** A field that may be absent; takes 1 byte more. */
export function optional<T>(codec: Codec<T>): OptionalCodec<T> {
  return {
    description: { type: 'optional', of: codec.description },
    optional: true,
    minSize: 1,
    maxSize: 1 + codec.maxSize,
    write(cursor, value) {
      flag.write(cursor, value !== undefined);
      if (value !== undefined) codec.write(cursor, value);
    },
    read: (cursor) => (flag.read(cursor) ? codec.read(cursor) : undefined),
  };
}

/** Items of one kind after a 32-bit count: at most `max`, or any number where the event can be cut into pieces. */
export function list<T>(item: Codec<T>, max?: number): ListCodec<T> {
  if (max !== undefined) assertLimit(`list(…, ${max})`, max);
  return {
    description: { type: 'list', of: item.description, ...(max !== undefined && { max }) },
    item,
    minSize: 4,
    maxSize: max === undefined ? Number.POSITIVE_INFINITY : 4 + max * item.maxSize,
    write(cursor, value) {
      if (!Array.isArray(value)) throw wrong('an array', value);
      if (max !== undefined && value.length > max)
        throw new EventError(`expected at most ${max} items, got ${value.length}`);
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
      const count = countOf(cursor, item.minSize, max);
      return Array.from({ length: count }, () => item.read(cursor));
    },
  };
}

/** Most bytes of a key of a map. */
const keyMax = 256;

/** At most `max` values by text keys of at most 256 bytes, in the order of the object. */
export function map<T>(value: Codec<T>, max: number): Codec<Readonly<Record<string, T>>> {
  assertLimit(`map(…, ${max})`, max);
  const key = text(keyMax);
  return {
    description: { type: 'map', of: value.description, max },
    minSize: 4,
    maxSize: 4 + max * (key.maxSize + value.maxSize),
    write(cursor, object) {
      if (typeof object !== 'object' || object === null || Array.isArray(object)) throw wrong('an object', object);
      const names = Object.keys(object);
      if (names.length > max) throw new EventError(`expected at most ${max} entries, got ${names.length}`);
      cursor.view.setUint32(cursor.at, names.length, true);
      cursor.at += 4;
      for (const name of names) {
        key.write(cursor, allowed(name));
        try {
          value.write(cursor, object[name]!);
        } catch (error) {
          throw placed(error, `[${JSON.stringify(name)}]`);
        }
      }
    },
    read(cursor) {
      const count = countOf(cursor, key.minSize + value.minSize, max);
      const object: Record<string, T> = {};
      for (let i = 0; i < count; i++) {
        const name = allowed(key.read(cursor));
        if (Object.hasOwn(object, name)) throw new EventError(`the key ${JSON.stringify(name)} comes twice`);
        object[name] = value.read(cursor);
      }
      return object;
    },
  };
}

/** Refuses the one key that would set the prototype of the object that it is put into. */
function allowed(name: string): string {
  if (name === '__proto__') throw new EventError('the key __proto__ is refused');
  return name;
}

/** Reads a count, and believes it only if so many items of `minSize` bytes can follow. */
function countOf(cursor: Cursor, minSize: number, max = Number.POSITIVE_INFINITY): number {
  return cursor.takeCount(Math.min(max, Math.floor((cursor.left - 4) / minSize)));
}
