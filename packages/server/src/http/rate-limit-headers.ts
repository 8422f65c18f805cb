// The headers RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers-11): how much of a limit is left, so
// that a client can slow down before it is refused.

import type { FastifyReply } from 'fastify';

export interface RatePolicy {
  /** Names the limit in both headers: letters only, because it stands in a quoted text. */
  readonly name: string;
  readonly max: number;
  readonly windowMs: number;
}

/** Headers in which @fastify/rate-limit hands over what is left. No client gets them. */
const remaining = 'x-ratelimit-remaining';
const reset = 'x-ratelimit-reset';
export const ratesHandedOver = { 'x-ratelimit-limit': false, [remaining]: true, [reset]: true };

/** Adds the headers to an answer, also to one that refuses. */
export function tellRate(reply: FastifyReply, { name, max, windowMs }: RatePolicy): void {
  const left = reply.getHeader(remaining);
  const seconds = reply.getHeader(reset);
  reply.removeHeader(remaining);
  reply.removeHeader(reset);
  reply.header('ratelimit-policy', `"${name}";q=${max};w=${windowMs / 1_000}`);
  if (left !== undefined) reply.header('ratelimit', `"${name}";r=${left};t=${seconds}`);
}
