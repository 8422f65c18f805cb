// Codecs of bytes, text, and values as JSON.

import type { Bytes } from '../bytes.js';
import type { Codec } from './codec.js';
import { EventError, wrong } from './event-error.js';
import { assertLimit } from './limits.js';

/** Exactly `n` bytes, without a length on the wire. */
export function bytes<const N extends number>(n: N): Codec<Bytes<N>> {
  assertLimit(`bytes(${n})`, n);
  return {
    description: { type: 'bytes', length: n },
    minSize: n,
    maxSize: n,
    write(cursor, value) {
      if (!(value instanceof Uint8Array) || value.length !== n) throw wrong(`${n} bytes`, value);
      cursor.bytes.set(value, cursor.at);
      cursor.at += n;
    },
    read: (cursor) => cursor.take(n) as Bytes<N>,
  };
}

/** At most `max` bytes, after a 32-bit length. */
export function blob(max: number): Codec<Uint8Array> {
  assertLimit(`blob(${max})`, max);
  return {
    description: { type: 'blob', max },
    minSize: 4,
    maxSize: 4 + max,
    write(cursor, value) {
      if (!(value instanceof Uint8Array) || value.length > max) throw wrong(`at most ${max} bytes`, value);
      cursor.view.setUint32(cursor.at, value.length, true);
      cursor.bytes.set(value, cursor.at + 4);
      cursor.at += 4 + value.length;
    },
    read: (cursor) => cursor.take(cursor.takeCount(max)),
  };
}

const encoder = new TextEncoder();
// By default a decoder drops a byte order mark, which would change a username that starts with one.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Text of at most `max` bytes of UTF-8, after a 32-bit length. A lone surrogate becomes U+FFFD. */
export function text(max: number): Codec<string> {
  assertLimit(`text(${max})`, max);
  const content = blob(max);
  return {
    description: { type: 'text', max },
    minSize: content.minSize,
    maxSize: content.maxSize,
    write(cursor, value) {
      if (typeof value !== 'string') throw wrong('text', value);
      // Nothing is encoded that cannot fit: a character takes a byte or more.
      if (value.length > max)
        throw new EventError(`expected text of at most ${max} bytes, got ${value.length} characters`);
      const encoded = encoder.encode(value);
      if (encoded.length > max) throw wrong(`text of at most ${max} bytes`, encoded);
      content.write(cursor, encoded);
    },
    read: (cursor) => decoder.decode(content.read(cursor)),
  };
}

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue | undefined };

/** A value as JSON text of at most `max` bytes. What JSON cannot say, such as undefined or a bigint, is refused. */
export function json(max: number): Codec<JsonValue> {
  assertLimit(`json(${max})`, max);
  const content = text(max);
  return {
    description: { type: 'json', max },
    minSize: content.minSize,
    maxSize: content.maxSize,
    write(cursor, value) {
      content.write(cursor, jsonOf(value));
    },
    read(cursor) {
      const written = content.read(cursor);
      try {
        return JSON.parse(written, refusePrototype);
      } catch (error) {
        throw error instanceof EventError ? error : new EventError('expected JSON');
      }
    },
  };
}

function jsonOf(value: unknown): string {
  let written: string | undefined;
  try {
    written = JSON.stringify(value, refusePrototype);
  } catch (error) {
    if (error instanceof EventError) throw error;
    throw new EventError(
      `expected a value that JSON can say (${error instanceof Error ? error.message : 'it throws'})`,
    );
  }
  if (written === undefined) throw wrong('a value that JSON can say', value);
  return written;
}

/** Refuses a key that some code takes for the prototype of the object when it copies it. */
function refusePrototype(name: string, value: unknown): unknown {
  if (name === '__proto__') throw new EventError('the name __proto__ is refused');
  return value;
}
