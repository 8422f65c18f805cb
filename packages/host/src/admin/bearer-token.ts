// Guards routes with one bearer token (RFC 6750).

import { createHash, timingSafeEqual } from 'node:crypto';
import type { onRequestAsyncHookHandler } from 'fastify';
import { AdminError } from './problem.js';

const minLength = 16;

/** A hook that lets only requests with this token pass. @throws Error when the token is too short to guard anything. */
export function requireToken(token: string): onRequestAsyncHookHandler {
  if (token.length < minLength) throw new Error(`the admin token must have at least ${minLength} characters`);
  const expected = digest(token);
  return async (request, reply) => {
    const given = tokenIn(request.headers.authorization);
    // Digests have one length, so the comparison tells neither content nor length of the token by its time.
    if (given !== undefined && timingSafeEqual(digest(given), expected)) return;
    const error = given === undefined ? '' : ', error="invalid_token"';
    reply.header('www-authenticate', `Bearer realm="gatehouse admin"${error}`);
    throw new AdminError('UNAUTHORIZED', 'Send the header "Authorization: Bearer <admin token>".');
  };
}

function tokenIn(header: string | undefined): string | undefined {
  return header?.match(/^bearer +(\S+)$/i)?.[1];
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
