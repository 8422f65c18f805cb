// Session tokens: 256 random bits that only the client keeps. The server stores their hash.

import { createHash, randomBytes } from 'node:crypto';
import { toBase64url } from '../wire/bytes.js';

export function createToken(): string {
  return toBase64url(randomBytes(32));
}

export function tokenHash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

const bearer = /^Bearer +([A-Za-z0-9_-]{43})$/i;

/** The token of an Authorization header, if it has the form of one. */
export function tokenOf(authorization: string | undefined): string | undefined {
  return authorization === undefined ? undefined : bearer.exec(authorization)?.[1];
}
