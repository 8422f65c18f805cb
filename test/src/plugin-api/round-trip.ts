// Writes a value into memory and reads it back, as it happens when an event crosses between threads.

import { type Codec, Cursor } from '@gatehouse/plugin-api/codec';

/** What is around the value in the memory, and must not change. */
const guard = 0xa5;
/** An odd place to start from, as alignment must not matter. */
const start = 3;

export interface Crossing<T> {
  readonly value: T;
  readonly memory: Uint8Array;
  /** Bytes that `write` wrote and `read` read. */
  readonly written: number;
  readonly read: number;
  /** No more than `maxSize` bytes were written, and nothing before or after them was touched. */
  readonly staysInside: boolean;
}

/** Room for a list, of which nobody can say how large it may be. */
const roomForList = 64 * 1024;

/** Sends `value` through shared memory that has the room that its codec asks for, and a little more. */
export function cross<T>(codec: Codec<T>, value: T): Crossing<T> {
  const room = Math.min(codec.maxSize, roomForList);
  const memory = new Uint8Array(new SharedArrayBuffer(start + room + 1)).fill(guard);
  const writer = at(memory);
  codec.write(writer, value);
  const reader = at(memory);
  return {
    value: codec.read(reader),
    memory,
    written: writer.at - start,
    read: reader.at - start,
    staysInside: writer.at - start <= room && memory[start - 1] === guard && memory[writer.at] === guard,
  };
}

function at(memory: Uint8Array): Cursor {
  const cursor = new Cursor(memory);
  cursor.at = start;
  return cursor;
}
