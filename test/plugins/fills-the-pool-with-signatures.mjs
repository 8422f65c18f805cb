// Fills libuv's pool with signatures, digests of `crypto.subtle` and compressions.

import { generateKeyPairSync, sign, webcrypto } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { besidesAnswering } from './trigger.mjs';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const much = Buffer.alloc(4_000_000, 1);

const kinds = [
  () => promisify(sign)('sha512', much, privateKey),
  () => webcrypto.subtle.digest('SHA-512', much),
  () => promisify(gzip)(much),
];

/** Twenty of each kind at a time, and so on. */
async function fill() {
  for (;;) await Promise.all(Array.from({ length: 60 }, (_, i) => kinds[i % kinds.length]()));
}

export default besidesAnswering(() => void fill());
