// Whole numbers up to 2^53 in 8 bytes, big endian, written in two halves: a BigInt would take longer.

const half = 2 ** 32;

export function writeNumber(record: Buffer, value: number, at: number): void {
  record.writeUInt32BE(Math.floor(value / half), at);
  record.writeUInt32BE(value % half, at + 4);
}

export function readNumber(record: Buffer, at = 0): number {
  return record.readUInt32BE(at) * half + record.readUInt32BE(at + 4);
}
