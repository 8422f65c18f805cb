// Divides the file descriptors of the process: connections get those that the rest does not need, never the last one.

import { readdirSync } from 'node:fs';
import type { Server } from 'node:net';
import type { FastifyBaseLogger } from 'fastify';
import { descriptorLimit, forOperators, refuseTooFew, reserved } from './descriptor-limit.js';
import type { ReadinessCheck } from './readiness.js';

/** Kept free at least, beyond those open at the start, however many plugins there are. */
const headroom = 192;
/** Least time between two log lines about refused connections, in ms. */
const noteMs = 10_000;

function openDescriptors(): number {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return 0;
  }
}

/**
 * Refuses connections, when they are accepted, that would leave less than the reserve.
 * The check it returns reports the refusals of the last seconds; undefined where there is no limit.
 *
 * @throws ListenError when the limit is too low to serve anybody
 */
export function capConnections(
  clients: Server,
  operators: Server | undefined,
  log: FastifyBaseLogger,
): ReadinessCheck | undefined {
  const limit = descriptorLimit();
  if (limit === Number.POSITIVE_INFINITY) return undefined;
  const kept = Math.max(reserved, openDescriptors() + headroom) + forOperators;
  refuseTooFew(kept, limit);
  const lastRefusal = cap(clients, limit - kept, log);
  if (operators !== undefined) cap(operators, forOperators, log);
  const reason = `${limit - kept} client connections are open, as many as the limit of ${limit} descriptors permits`;
  const ask = async () =>
    performance.now() - lastRefusal() < noteMs ? [{ name: 'descriptors' as const, reason }] : [];
  return { ifItFails: 'descriptors', ask };
}

/** Returns a function that returns when a connection was last refused, by `performance.now`. */
function cap(server: Server, max: number, log: FastifyBaseLogger): () => number {
  server.maxConnections = max;
  let notedAt = Number.NEGATIVE_INFINITY;
  let refusedAt = Number.NEGATIVE_INFINITY;
  server.on('drop', () => {
    refusedAt = performance.now();
    if (refusedAt - notedAt < noteMs) return;
    notedAt = refusedAt;
    log.warn(`${max} connections are open, as many as the limit of descriptors permits; more are refused`);
  });
  // A failed accept affects only one connection.
  server.on('error', (error) => {
    if (server.listening) log.warn({ err: error }, 'a connection could not be accepted');
  });
  return () => refusedAt;
}
