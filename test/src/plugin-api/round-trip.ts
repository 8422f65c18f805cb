// Writes a value into memory and reads it back, as it happens when an event crosses between threads.

import { type Codec, Cursor } from '@gatehouse/plugin-api/codec';

/** What is around the value in the memory, and must not change. */
const guard = 0xa5;
/** An odd place to start from, as alignment must not matter. */
const start = 3;

export interface Crossing<T> {
  readonly value: T;
  readonly memory: Uint8Array;
  /** Bytes that `size` announced, `write` wrote and `read` read. */
  readonly announced: number;
  readonly written: number;
  readonly read: number;
  /** Nothing before or after the announced bytes was touched. */
  readonly staysInside: boolean;
}

/** Sends `value` through shared memory of just the size that its codec asks for. */
export function cross<T>(codec: Codec<T>, value: T): Crossing<T> {
  const announced = codec.size(value, '');
  const memory = new Uint8Array(new SharedArrayBuffer(start + announced + 1)).fill(guard);
  const writer = at(memory);
  codec.write(writer, value);
  const reader = at(memory);
  return {
    value: codec.read(reader),
    memory,
    announced,
    written: writer.at - start,
    read: reader.at - start,
    staysInside: memory[start - 1] === guard && memory[start + announced] === guard,
  };
}

function at(memory: Uint8Array): Cursor {
  const cursor = new Cursor(memory);
  cursor.at = start;
  return cursor;
}
