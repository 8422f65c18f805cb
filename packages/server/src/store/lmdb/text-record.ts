// The record of an account or a session in the embedded store: a text, mostly JSON, with a checksum.

import { checksumLength, seal, unsealed } from './checksum.js';
import { recordDamage } from './failure.js';

// ┌──────────┬──────────────┬──────────────────┐
// │ form (1) │ text (UTF-8) │ checksum (4, BE) │
// └──────────┴──────────────┴──────────────────┘
//
// The older form is the text alone, which never begins with this byte.
const form = 1;

export function encodeText(key: Uint8Array, text: string): Buffer {
  const record = Buffer.allocUnsafe(1 + Buffer.byteLength(text) + checksumLength);
  record[0] = form;
  record.write(text, 1);
  return seal(key, record);
}

/** `what` names the record in the error. @throws StoreError when it is not the record under this key */
export function decodeText(key: Uint8Array, record: Buffer, what: string): string {
  return record[0] === form ? unsealed(key, record, what).toString('utf8', 1) : record.toString();
}

export function encodeJson(key: Uint8Array, value: object): Buffer {
  return encodeText(key, JSON.stringify(value));
}

/** See decodeText. */
export function decodeJson(key: Uint8Array, record: Buffer, what: string): unknown {
  const text = decodeText(key, record, what);
  try {
    return JSON.parse(text);
  } catch {
    throw recordDamage(`${what} is no JSON`);
  }
}
