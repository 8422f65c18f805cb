// How many requests are taken: per identity where it is known, per address where it is not.

import rateLimit, { normalizeIP } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import { toBase64url } from '../wire/bytes.js';
import { Problem } from '../wire/problems.js';

export interface RateLimitSettings {
  /** Requests per second of one identity, or of one address without one; 0: no limit. */
  readonly rateLimit: number;
  /** Registration and login requests per minute of one address; 0: no limit. */
  readonly loginRateLimit: number;
}

/** Hooks for the routes. All routes with the same one share its counts. */
export interface RateLimits {
  readonly perCaller: onRequestAsyncHookHandler;
  readonly perAddress: onRequestAsyncHookHandler;
}

/** Callers and addresses that are counted at a time; of more, the ones not seen for longest are forgotten. */
const counted = 20_000;
const noHeaders = { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false };

/** `identityOf` finds the identity key of a request that has one. */
export async function addRateLimits(
  app: FastifyInstance,
  settings: RateLimitSettings,
  identityOf: (request: FastifyRequest) => Uint8Array | undefined,
): Promise<RateLimits> {
  await app.register(rateLimit, {
    global: false,
    cache: counted,
    addHeaders: noHeaders,
    addHeadersOnExceeding: noHeaders,
    errorResponseBuilder: (_request, { ttl }) => new Problem('RATE_LIMITED', { retryAfter: Math.ceil(ttl / 1000) }),
  });
  return {
    perCaller: limit(app, settings.rateLimit, 1_000, callerKeyOf(identityOf)),
    perAddress: limit(app, settings.loginRateLimit, 60_000, addressKey),
  };
}

function limit(
  app: FastifyInstance,
  max: number,
  timeWindow: number,
  keyGenerator: (request: FastifyRequest) => string,
): onRequestAsyncHookHandler {
  if (max === 0) return async () => {};
  return app.rateLimit({ max, timeWindow, keyGenerator }) as onRequestAsyncHookHandler;
}

/** What requests are counted by: the identity, or the address where there is none. */
export function callerKeyOf(identityOf: (request: FastifyRequest) => Uint8Array | undefined) {
  return (request: FastifyRequest): string => {
    const identity = identityOf(request);
    return identity ? toBase64url(identity) : addressKey(request);
  };
}

/** What requests are counted by that come without an identity: an IPv4 address, or an IPv6 network. */
export function addressKey(request: FastifyRequest): string {
  return normalizeIP(request.ip);
}
