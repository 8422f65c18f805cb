// The checksum of a record: a CRC-32 over its key and its content, in its last four bytes. LMDB has none of its own.

import { crc32 } from 'node:zlib';
import { recordDamage } from './failure.js';

export const checksumLength = 4;

/** Writes the checksum into the last bytes of a record. */
export function seal(key: Uint8Array, record: Buffer): Buffer {
  const end = record.length - checksumLength;
  record.writeUInt32BE(crc32(record.subarray(0, end), crc32(key)), end);
  return record;
}

/** Returns the record without its checksum. @throws StoreError when they differ, or the record belongs to another key */
export function unsealed(key: Uint8Array, record: Buffer, what: string): Buffer {
  const end = record.length - checksumLength;
  const isSound = end >= 0 && record.readUInt32BE(end) === crc32(record.subarray(0, end), crc32(key));
  if (!isSound) throw recordDamage(`the checksum of ${what} differs`);
  return record.subarray(0, end);
}
