// Refuses requests that would have to wait for too long, before anything has been done for them.

import type { FastifyInstance } from 'fastify';
import { LoopTurns } from './loop-turns.js';
import type { Overload } from './overload.js';
import { sendAtOnce } from './problem-answers.js';
import { Problem } from './problems.js';
import type { ReadinessCheck } from './readiness.js';

const overloaded = new Problem('OVERLOADED', { retryAfter: 1 });

/** To be added before all other hooks. */
export function shedOverload(app: FastifyInstance, overload: Overload): void {
  const turns = new LoopTurns((ms, now) => overload.turned(ms, now));
  const leave = () => overload.leave();
  app.addHook('onRequest', (_request, reply, done) => {
    turns.arrived();
    if (overload.take(performance.now())) {
      // Comes in any case, also when the client goes away.
      reply.raw.once('close', leave);
      done();
    } else sendAtOnce(overloaded, reply);
  });
}

export function overloadCheck(overload: Overload): ReadinessCheck {
  const ask = async () => {
    if (!overload.isShedding(performance.now())) return [];
    return [{ what: 'overload' as const, why: `more than ${overload.limit} requests at a time would wait too long` }];
  };
  return { what: 'overload', ask };
}
