// The ways to guard the admin API: one bearer token, or a function of the embedding server.

import type { FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import { GatehouseError } from '../contract/errors.js';
import { type Authorize, requireOperator } from './authorize.js';
import { type AddressOf, requireToken } from './bearer-token.js';
import type { WrongTokens } from './wrong-tokens.js';

/** A shorter token could be guessed. */
const minLength = 16;

/** Exactly one of a token and a function that authorizes. */
export type Access<R> =
  | {
      /** The bearer token that everything but `/health` requires, at least 16 characters. */
      readonly token: string;
      readonly authorize?: undefined;
      /** Returns the key by which wrong tokens are counted. Default: the address of the request. */
      readonly addressOf?: AddressOf<R> | undefined;
    }
  | {
      readonly token?: undefined;
      /** Returns the name of the operator who sent a request to anything but `/health`, or nothing. */
      readonly authorize: Authorize<R>;
      readonly addressOf?: undefined;
    };

/** Throws unless there is exactly one way in. @throws GatehouseError OPTIONS_INVALID */
export function checkAccess<R>({ token, authorize }: Access<R>): void {
  const complaint = complaintOf(token, authorize);
  if (complaint !== undefined) throw new GatehouseError('OPTIONS_INVALID', complaint);
}

function complaintOf(token: unknown, authorize: unknown): string | undefined {
  if (token === undefined && authorize === undefined) {
    return 'the admin API needs an option `token` or `authorize`: without one, anybody could switch plugins';
  }
  if (token !== undefined && authorize !== undefined) {
    return 'the admin API takes `token` or `authorize`, not both: let `authorize` look at the token';
  }
  if (authorize !== undefined && typeof authorize !== 'function') return '`authorize` must be a function';
  if (authorize !== undefined) return undefined;
  if (typeof token !== 'string') return 'the admin token must be text';
  return token.length < minLength ? `the admin token must have at least ${minLength} characters` : undefined;
}

/** Returns the hook that admits operators only. @throws GatehouseError OPTIONS_INVALID */
export function guardOf(access: Access<FastifyRequest>, wrong: WrongTokens): onRequestAsyncHookHandler {
  checkAccess(access);
  const { token, authorize, addressOf = ({ ip }) => ip } = access;
  return authorize === undefined ? requireToken(token, wrong, addressOf) : requireOperator(authorize);
}
