// The caller of a request: looked up by its token once per request, before anything else happens.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Caller, Sessions } from '../accounts/sessions.js';
import { Problem } from '../wire/problems.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Absent without a valid token. */
    caller: Caller | undefined;
  }
}

export function addCaller(app: FastifyInstance, sessions: Sessions): void {
  app.decorateRequest('caller', undefined);
  app.addHook('onRequest', async (request) => {
    request.caller = await sessions.callerOf(request.headers.authorization);
  });
  // The token is in the head of a request, and the body may follow much later.
  app.addHook('preHandler', (request, _reply, done) => {
    const { caller } = request;
    if (caller === undefined || sessions.isFresh(caller)) done();
    else checkAgain(caller, sessions).then(() => done(), done);
  });
}

/** @throws Problem UNAUTHENTICATED when the session has ended meanwhile */
async function checkAgain(caller: Caller, sessions: Sessions): Promise<void> {
  if ((await sessions.validUntil(caller)) === undefined) throw new Problem('UNAUTHENTICATED');
}

/** The identity key of a caller who is logged in. */
export function identityOf({ caller }: FastifyRequest): Uint8Array | undefined {
  return caller?.identityKey;
}

/** A hook for routes that are only for users who are logged in. */
export async function requireCaller(request: FastifyRequest): Promise<void> {
  callerOrThrow(request);
}

/** @throws Problem UNAUTHENTICATED */
export function callerOrThrow(request: FastifyRequest): Caller {
  if (!request.caller) throw new Problem('UNAUTHENTICATED');
  return request.caller;
}
