// Guards routes with one bearer token (RFC 6750).

import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import { setOperator } from './operator.js';
import { AdminError } from './problem.js';
import type { WrongTokens } from './wrong-tokens.js';

/** Returns the key by which wrong tokens are counted. */
export type AddressOf<R> = (request: R) => string;

/**
 * Returns a hook that lets only requests with this token pass. The token itself always passes: failures of others, or
 * earlier ones of the same address, never lock an operator out.
 */
export function requireToken(
  token: string,
  wrong: WrongTokens,
  addressOf: AddressOf<FastifyRequest>,
): onRequestAsyncHookHandler {
  const expected = digest(token);
  return async (request, reply) => {
    const given = tokenIn(request.headers.authorization);
    // Digests have one length, so the time of the comparison reveals neither content nor length of the token. It comes
    // before any limit, so that no limit changes its duration.
    if (given !== undefined && timingSafeEqual(digest(given), expected)) return setOperator(request, 'admin token');
    if (given !== undefined) refuseMany(wrong.count(addressOf(request)), reply);
    const error = given === undefined ? '' : ', error="invalid_token"';
    reply.header('www-authenticate', `Bearer realm="gatehouse admin"${error}`);
    throw new AdminError('UNAUTHORIZED', 'Send the header "Authorization: Bearer <admin token>".');
  };
}

/** @throws AdminError TOO_MANY_WRONG_TOKENS if there is a time to wait */
function refuseMany(retryAfter: number | undefined, reply: FastifyReply): void {
  if (retryAfter === undefined) return;
  reply.header('retry-after', retryAfter);
  throw new AdminError('TOO_MANY_WRONG_TOKENS', `Check the admin token, and try again in ${retryAfter} s.`);
}

function tokenIn(header: string | undefined): string | undefined {
  return header?.match(/^bearer +(\S+)$/i)?.[1];
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
