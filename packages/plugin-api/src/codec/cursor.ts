// A place in a block of bytes.

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

  /** Returns a private copy of the next `length` bytes, and advances. */
  take(length: number): Uint8Array {
    const from = this.at;
    this.at += length;
    return this.bytes.slice(from, this.at);
  }
}
