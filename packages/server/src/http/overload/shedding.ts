// Refuses requests that would have to wait for too long, before anything has been done for them.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { onAnswerEnd } from '../answer-ends.js';
import type { Draining } from '../connections.js';
import { isHealthUrl, type ReadinessCheck } from '../readiness.js';
import { LoopTurns } from './loop-turns.js';
import type { Overload } from './overload.js';
import { Refusals } from './refusal.js';

/** Knows how many requests may be admitted. */
type Limit = Pick<Overload, 'admit' | 'release' | 'retryAfter' | 'turned'>;

/**
 * Stands between node's server and fastify: what is refused should cost little, and most of what a request costs before
 * its route is known is fastify's.
 */
export function shedOverload(app: FastifyInstance, limit: Limit, drain: Draining): void {
  const turns = new LoopTurns((ms, now, refusalsMs) => limit.turned(ms, now, refusalsMs));
  const refusals = new Refusals(() => limit.retryAfter());
  const admitted = new WeakSet<object>();
  /** What is not admitted is answered by reading no more than its head. */
  const admits = (request: IncomingMessage, response: ServerResponse): boolean => {
    turns.arrived();
    const from = performance.now();
    if (!limit.admit(from)) {
      refusals.refuse(response);
      turns.refused(from, performance.now());
      return false;
    }
    admitted.add(response);
    onAnswerEnd(request, response, () => limit.release());
    return true;
  };
  // Requests that arrive while the server drains are answered so by fastify.
  const isLet = ({ url }: IncomingMessage) => drain.isDraining() || isHealthUrl(url ?? '');
  ahead(app, (request, response) => {
    return isLet(request) || admits(request, response);
  });
  // Fastify listens at each address of a name with a server of its own, and hands out one of them.
  app.addHook('onRequest', (request, reply, done) => {
    if (isLet(request.raw) || admitted.has(reply.raw) || admits(request.raw, reply.raw)) return done();
    reply.hijack();
  });
}

type Door = (request: IncomingMessage, response: ServerResponse) => boolean;

/** Asks the door about each request before fastify hears of it, and before whoever else listens. */
function ahead({ server }: FastifyInstance, door: Door): void {
  const [handle, ...others] = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (door(request, response)) handle?.call(server, request, response);
  });
  for (const other of others) server.on('request', other as () => void);
}

export function overloadCheck(overload: Overload): ReadinessCheck {
  const ask = async () => {
    if (!overload.isShedding(performance.now())) return [];
    const reason = `more than ${overload.limit} requests at a time would wait too long`;
    return [{ name: 'overload' as const, reason }];
  };
  return { ifItFails: 'overload', ask };
}
