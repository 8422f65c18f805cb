// Numbers of 8 bytes in the file of an embedded store.

const twoTo32 = 2 ** 32;

/** Reads an unsigned number in the machine's byte order. One above 2^53 is rounded: it is damaged in any case. */
export function numberAt(buffer: Buffer, at: number): number {
  return buffer.readUInt32LE(at) + buffer.readUInt32LE(at + 4) * twoTo32;
}
