// Reads a value from bytes that may be anything.

import type { Codec } from './codec.js';
import { Cursor } from './cursor.js';
import { EventError } from './event-error.js';

/**
 * Returns the value that `bytes` hold, all of them. They have to be a private copy: what another thread can still
 * write would change between a check and its use.
 * @throws EventError for bytes that are not exactly one value
 */
export function readWhole<T>(codec: Codec<T>, bytes: Uint8Array): T {
  const cursor = new Cursor(bytes);
  const value = readValue(codec, cursor);
  if (cursor.left > 0) throw new EventError(`${cursor.left} bytes follow it`);
  return value;
}

function readValue<T>(codec: Codec<T>, cursor: Cursor): T {
  try {
    return codec.read(cursor);
  } catch (error) {
    throw error instanceof RangeError ? new EventError('it ends too early') : error;
  }
}
