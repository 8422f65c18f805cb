// Bytes and 64-bit numbers as they stand in JSON: canonical base64url, and decimal strings.

/** Last characters allowed where the last group has 2 or 3 characters: the bits beyond the last byte are zero. */
const lastOf2 = 'AQgw';
const lastOf3 = 'AEIMQUYcgkosw048';
const alphabet = /^[A-Za-z0-9_-]*$/;
const decimal = /^(?:0|[1-9][0-9]{0,19})$/;
const u64Max = 0xffff_ffff_ffff_ffffn;
const u63Max = u64Max >> 1n;

/** True for canonical base64url: no padding, no stray bits, no other alphabet. */
export function isBase64url(text: string): boolean {
  const rest = text.length % 4;
  if (rest === 1 || !alphabet.test(text)) return false;
  if (rest === 2) return lastOf2.includes(text.at(-1)!);
  if (rest === 3) return lastOf3.includes(text.at(-1)!);
  return true;
}

/** Returns the length in bytes of a decoded base64url text. */
export function decodedLength(text: string): number {
  return Math.floor((text.length * 3) / 4);
}

export function isU64(text: string): boolean {
  return decimal.test(text) && (text.length < 20 || BigInt(text) <= u64Max);
}

export function isU63(text: string): boolean {
  return decimal.test(text) && (text.length < 19 || BigInt(text) <= u63Max);
}

/** Decodes a text, which a schema must have checked. */
export function fromBase64url(text: string): Buffer {
  return Buffer.from(text, 'base64url');
}

export function toBase64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
