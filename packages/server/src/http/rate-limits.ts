// Limits the rate of requests: per identity where it is known, else per address.

import { isIP } from 'node:net';
import rateLimit, { normalizeIP } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import { toBase64url } from '../wire/bytes.js';
import { Problem } from '../wire/problems.js';
import { type RatePolicy, ratesHandedOver, tellRate } from './rate-limit-headers.js';
import { rateWindows } from './rate-windows.js';

export interface RateLimitSettings {
  /** Requests per second of one identity, or of one address if there is none; 0: no limit. */
  readonly rateLimit: number;
  /** Registration and login requests per minute of one address; 0: no limit. */
  readonly loginRateLimit: number;
}

/** Hooks for the routes. Routes with the same hook share its counts. */
export interface RateLimits {
  readonly perCaller: onRequestAsyncHookHandler;
  readonly perAddress: onRequestAsyncHookHandler;
}

/** Callers and addresses that are counted at most; the ones not seen for longest are forgotten first. */
const counted = 20_000;

/** `identityOf` finds the identity key of a request that has one. */
export async function addRateLimits(
  app: FastifyInstance,
  settings: RateLimitSettings,
  identityOf: (request: FastifyRequest) => Uint8Array | undefined,
): Promise<RateLimits> {
  await app.register(rateLimit, {
    global: false,
    store: rateWindows(counted),
    addHeaders: { ...ratesHandedOver, 'retry-after': false },
    addHeadersOnExceeding: ratesHandedOver,
    errorResponseBuilder: (_request, { ttl }) => new Problem('RATE_LIMITED', { retryAfter: Math.ceil(ttl / 1000) }),
  });
  return {
    perCaller: limit(app, { name: 'caller', max: () => settings.rateLimit, windowMs: 1_000 }, callerKeyOf(identityOf)),
    perAddress: limit(app, { name: 'address', max: () => settings.loginRateLimit, windowMs: 60_000 }, addressKey),
  };
}

interface Limit extends Omit<RatePolicy, 'max'> {
  /** It may change while the server runs. */
  readonly max: () => number;
}

function limit(
  app: FastifyInstance,
  { name, max, windowMs }: Limit,
  keyGenerator: (request: FastifyRequest) => string,
): onRequestAsyncHookHandler {
  const limited = app.rateLimit({ max, timeWindow: windowMs, keyGenerator }) as onRequestAsyncHookHandler;
  return async function (request, reply) {
    const most = max();
    if (most === 0) return;
    await limited.call(this, request, reply).finally(() => tellRate(reply, { name, max: most, windowMs }));
  };
}

/** Returns the key under which requests are counted: the identity, or the address where there is none. */
export function callerKeyOf(identityOf: (request: FastifyRequest) => Uint8Array | undefined) {
  return (request: FastifyRequest): string => {
    const identity = identityOf(request);
    return identity ? toBase64url(identity) : addressKey(request);
  };
}

/**
 * Returns the key for requests without an identity: an IPv4 address, or an IPv6 network. It is the client's own address
 * where a trusted proxy names it, and else that of the connection.
 */
export function addressKey(request: FastifyRequest): string {
  const named = request.ip;
  return normalizeIP(isIP(named) === 0 ? (request.socket.remoteAddress ?? '') : named);
}
