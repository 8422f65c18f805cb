// Guards routes with a function of the embedding server that names the operator.

import { within } from '@gatehouse/support/deadline';
import type { FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import { messageOf } from '../contract/errors.js';
import { refuseCrossOrigin } from './cross-origin.js';
import { setOperator } from './operator.js';
import { AdminError, hidden } from './problem.js';

/**
 * Returns the name of the operator who sent the request, which the log shows, or nothing: the request is then answered
 * with 401. If it throws, or returns anything else, the answer is 500, and only the log has the reason.
 */
export type Authorize<R> = (request: R) => OperatorName | Promise<OperatorName>;

type OperatorName = string | undefined | null | false;

/** The longest that a request waits for its operator's name, in ms. */
const authorizeMs = 10_000;

/** Returns a hook that lets only requests pass for which `authorize` returns a name. */
export function requireOperator(
  authorize: Authorize<FastifyRequest>,
  withinMs = authorizeMs,
): onRequestAsyncHookHandler {
  return async (request) => {
    // A browser sends a cookie with the requests of any page; a token in a header it does not.
    refuseCrossOrigin(request);
    const name = await nameFrom(authorize, request, withinMs);
    // RFC 9110 asks for WWW-Authenticate here, but only the embedding server knows its scheme.
    if (name === undefined) throw new AdminError('UNAUTHORIZED', 'Log in to the server as an operator.');
    setOperator(request, name);
  };
}

/** @throws AdminError INTERNAL, because what the embedding server throws is not for clients, whatever its code */
async function nameFrom(
  authorize: Authorize<FastifyRequest>,
  request: FastifyRequest,
  withinMs: number,
): Promise<string | undefined> {
  try {
    const asked = (async () => authorize(request))();
    const name: unknown = await within(withinMs, asked, `authorize did not answer within ${withinMs} ms`);
    if (name === undefined || name === null || name === false || name === '') return undefined;
    if (typeof name !== 'string') throw new TypeError(`authorize returned ${typeof name}, not a name or nothing`);
    return name;
  } catch (error) {
    throw new AdminError('INTERNAL', hidden, new Error(`authorize failed: ${messageOf(error)}`, { cause: error }));
  }
}
