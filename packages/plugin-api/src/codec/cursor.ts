// A place in a block of bytes.

import { EventError } from './event-error.js';

/**
 * A place in a block of bytes where the next field is written or read. The bytes may be shared memory, which the text
 * coders refuse, so these work on private copies.
 */
export class Cursor {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Offset of the next field, in bytes from the start of `bytes`. */
  at = 0;

  constructor(bytes: Uint8Array) {
    // A Buffer's own `slice` would not copy.
    this.bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Number of bytes from the place to the end. */
  get left(): number {
    return this.bytes.length - this.at;
  }

  /** Returns a private copy of the next `length` bytes, and advances. @throws EventError if there are fewer */
  take(length: number): Uint8Array {
    const from = this.at;
    if (length > this.bytes.length - from) throw new EventError(`${length} bytes are claimed, and fewer are left`);
    this.at += length;
    return this.bytes.slice(from, this.at);
  }

  /** Reads a 32-bit length or count, and advances. @throws EventError above `max` */
  takeCount(max: number): number {
    const count = this.view.getUint32(this.at, true);
    if (count > max) throw new EventError(`${count} are claimed, of at most ${max}`);
    this.at += 4;
    return count;
  }
}
