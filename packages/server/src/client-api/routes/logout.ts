// The routes by which a user gives session tokens back.

import { Type } from 'typebox';
import type { Caller } from '../../accounts/sessions.js';
import { bearer } from '../../wire/schemas.js';
import { callerOrThrow, requireCaller } from '../caller.js';
import type { App, RouteContext } from '../context.js';

interface Ending {
  readonly summary: string;
  /** What the answer says. */
  readonly description: string;
  readonly end: (caller: Caller) => Promise<void>;
}

export function logoutRoutes(app: App, { sessions, limits }: RouteContext): void {
  const endings: Readonly<Record<string, Ending>> = {
    '/logout': {
      summary: 'Ends the session of the token',
      description: 'The token is worth nothing any more',
      end: (caller) => sessions.end(caller),
    },
    '/logout-all': {
      summary: 'Ends all sessions of the user, this one too',
      description: 'None of the tokens is worth anything any more',
      end: (caller) => sessions.endAll(caller),
    },
  };
  for (const [path, { summary, description, end }] of Object.entries(endings)) {
    app.post(
      path,
      {
        onRequest: [limits.perCaller, requireCaller],
        config: { problems: ['STORAGE_UNAVAILABLE', 'STORAGE_FULL'] },
        schema: { tags: ['account'], summary, security: bearer, response: { 204: Type.Null({ description }) } },
      },
      async (request, reply) => {
        await end(callerOrThrow(request));
        return reply.status(204).send(null);
      },
    );
  }
}
