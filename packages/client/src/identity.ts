// Identity keys: Ed25519, created and kept by their owners.

import { fromWire, toWire } from './bytes.js';

/** An identity key. A key stored elsewhere (a keychain, a token) works too, if it can sign. */
export interface Identity {
  /** The public half, 32 bytes as base64url: it identifies a user to others. */
  readonly key: string;
  /** Ed25519 signature, 64 bytes. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** An identity whose private half WebCrypto keeps. A browser can store the pair in IndexedDB. */
export interface KeyPairIdentity extends Identity {
  readonly keyPair: CryptoKeyPair;
}

/** @param extractable whether the private half can be exported. Default: no. */
export async function createIdentity({ extractable = false } = {}): Promise<KeyPairIdentity> {
  return identityFrom((await crypto.subtle.generateKey('Ed25519', extractable, ['sign', 'verify'])) as CryptoKeyPair);
}

/** @param keyPair an Ed25519 pair */
export async function identityFrom(keyPair: CryptoKeyPair): Promise<KeyPairIdentity> {
  const key = toWire(new Uint8Array(await crypto.subtle.exportKey('raw', keyPair.publicKey)));
  const sign = async (message: Uint8Array) =>
    new Uint8Array(await crypto.subtle.sign('Ed25519', keyPair.privateKey, message as Uint8Array<ArrayBuffer>));
  return { key, keyPair, sign };
}

/** No other message that an identity key signs may begin with this. */
const domain = 'gatehouse/v1/register\0';

/** Returns the message to sign for a registration: it binds the username, the identity key and the OPAQUE record. */
export async function registrationMessage(username: string, key: string, registrationRecord: string) {
  const name = new TextEncoder().encode(username);
  const record = fromWire(registrationRecord) as Uint8Array<ArrayBuffer>;
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', record));
  const nameLength = [name.length >> 8, name.length & 0xff];
  return Uint8Array.from([...new TextEncoder().encode(domain), ...nameLength, ...name, ...fromWire(key), ...hash]);
}
