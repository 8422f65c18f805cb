// Checks the proof that the person who registers an identity key holds its private half.

import { createHash, createPublicKey, verify } from 'node:crypto';
import { fromBase64url, toBase64url } from '../wire/bytes.js';

/** No other message that an identity key signs may begin with this. */
const domain = 'gatehouse/v1/register';

/**
 * The message that a client signs with its identity key to register. It binds the username, the key and the OPAQUE
 * record, so that a signature cannot be used for another account or another password.
 */
export function registrationMessage(username: string, identityKey: Uint8Array, registrationRecord: string): Uint8Array {
  const name = Buffer.from(username, 'utf8');
  const nameLength = Buffer.alloc(2);
  nameLength.writeUInt16BE(name.length);
  const record = createHash('sha256').update(fromBase64url(registrationRecord)).digest();
  return Buffer.concat([Buffer.from(`${domain}\0`), nameLength, name, identityKey, record]);
}

export function provesPossession(message: Uint8Array, identityKey: Uint8Array, signature: Uint8Array): boolean {
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: toBase64url(identityKey) };
  try {
    return verify(null, message, createPublicKey({ key: jwk, format: 'jwk' }), signature);
  } catch {
    // Bytes that are not a key prove nothing.
    return false;
  }
}
