// Bytes as encoded in JSON: base64url without padding.

import { base64ToUint8Array, uint8ArrayToBase64 } from 'uint8array-extras';

export function toWire(bytes: Uint8Array): string {
  return uint8ArrayToBase64(bytes, { urlSafe: true });
}

export function fromWire(text: string): Uint8Array {
  return base64ToUint8Array(text);
}
