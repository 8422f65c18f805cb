// A place in a block of bytes.

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
