// Who makes a request: looked up from its token before anything else happens, once per request.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '../problems.js';
import type { Store } from '../store/store.js';
import { tokenHash, tokenOf } from './session-token.js';

/** The user that a valid session token stands for. */
export interface Caller {
  readonly username: string;
  readonly identityKey: Uint8Array;
  readonly tokenHash: Uint8Array;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Absent without a valid token. */
    caller: Caller | undefined;
  }
}

export function addCaller(app: FastifyInstance, store: Store): void {
  app.decorateRequest('caller', undefined);
  app.addHook('onRequest', async (request) => {
    request.caller = await callerOf(request.headers.authorization, store);
  });
}

async function callerOf(authorization: string | undefined, store: Store): Promise<Caller | undefined> {
  const token = tokenOf(authorization);
  if (token === undefined) return undefined;
  const hash = tokenHash(token);
  const session = await store.session(hash);
  if (!session || session.expiresAt <= Date.now()) return undefined;
  return { username: session.username, identityKey: session.identityKey, tokenHash: hash };
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
