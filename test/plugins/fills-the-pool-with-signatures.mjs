// Fills libuv's pool with signatures, digests of `crypto.subtle` and compressions.

import { generateKeyPairSync, sign, webcrypto } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { besidesAnswering } from './trigger.mjs';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const text = Buffer.alloc(1000, 1);
const more = Buffer.alloc(1_000_000, 1);

/** Each some ms of work, with little memory: signatures mostly. */
function work(i) {
  if (i % 100 === 0) return webcrypto.subtle.digest('SHA-512', more);
  if (i % 100 === 1) return promisify(gzip)(more);
  return promisify(sign)('sha512', text, privateKey);
}

/** Seconds of work at a time, again and again. */
async function fill() {
  for (;;) await Promise.all(Array.from({ length: 8000 }, (_, i) => work(i)));
}

export default besidesAnswering(() => void fill());
