// The headers RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers-11): how much of a limit is left, so
// that a client can slow down before it is refused.

import type { FastifyReply, onRequestAsyncHookHandler } from 'fastify';

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

/** Returns a hook that limits as `limit` does, and adds the headers to each answer, also to those that it refuses. */
export function withRateHeaders(limit: onRequestAsyncHookHandler, policy: RatePolicy): onRequestAsyncHookHandler {
  const text = `"${policy.name}";q=${policy.max};w=${policy.windowMs / 1_000}`;
  return async function limited(request, reply) {
    try {
      return await limit.call(this, request, reply);
    } finally {
      tell(reply, policy.name, text);
    }
  };
}

function tell(reply: FastifyReply, name: string, policy: string): void {
  const left = reply.getHeader(remaining);
  const seconds = reply.getHeader(reset);
  reply.removeHeader(remaining);
  reply.removeHeader(reset);
  reply.header('ratelimit-policy', policy);
  if (left !== undefined) reply.header('ratelimit', `"${name}";r=${left};t=${seconds}`);
}
