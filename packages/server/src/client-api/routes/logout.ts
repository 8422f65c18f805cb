// The routes by which a user ends sessions.

import { Type } from 'typebox';
import { callerOrThrow } from '../caller.js';
import { clientRoute } from '../route.js';

const terms = {
  tag: 'account',
  auth: 'user',
  limit: 'perCaller',
  problems: ['STORAGE_UNAVAILABLE', 'STORAGE_FULL'],
} as const;

export const logout = clientRoute({
  ...terms,
  path: '/v1/logout',
  summary: 'Ends the session of the token',
  schemas: () => ({ response: { 204: Type.Null({ description: 'The token is worth nothing any more' }) } }),
  handler:
    ({ sessions }) =>
    async (request, reply) => {
      await sessions.end(callerOrThrow(request));
      return reply.status(204).send(null);
    },
});

export const logoutAll = clientRoute({
  ...terms,
  path: '/v1/logout-all',
  summary: 'Ends all sessions of the user, this one too',
  schemas: () => ({ response: { 204: Type.Null({ description: 'None of the tokens is worth anything any more' }) } }),
  handler:
    ({ sessions }) =>
    async (request, reply) => {
      await sessions.endAll(callerOrThrow(request));
      return reply.status(204).send(null);
    },
});
