// The admin API as a fastify plugin that any server can register with a prefix, a host and a way to know operators.

import { RouteMethods } from '@gatehouse/support/route-methods';
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { type Access, guardOf } from './access.js';
import type { AdministeredHost } from './administered-host.js';
import type { Problem } from './answers.js';
import { takeNoBodies } from './bodies.js';
import { healthOf, type OtherConditions } from './health.js';
import { healthRoute } from './health-route.js';
import { pluginRoutes } from './plugin-routes.js';
import { AdminError, problemOf, problemType } from './problem.js';
import { WrongTokens } from './wrong-tokens.js';

export type AdminOptions = Access<FastifyRequest> & {
  readonly host: AdministeredHost;
  /** Returns the conditions of the server that the host is part of, which `/health` reports too. Default: none. */
  readonly conditions?: OtherConditions | undefined;
  /** Adds the server's own routes, behind the same guard and with the same problem documents. */
  readonly routes?: ((guarded: FastifyInstance) => void) | undefined;
};

/**
 * The admin API. Not wrapped in `fastify-plugin`, which would drop its prefix and leak its hooks: its error handler,
 * its body parser and its guard apply to its own routes only.
 */
export const adminApi: FastifyPluginAsync<AdminOptions> = async (app, options) => {
  // Without a prefix the unknown routes of the server are not ours.
  await addAdminRoutes(app, options, { unknownToo: app.prefix !== '' });
};

/** Adds the routes of the admin API. `unknownToo`: whether every other path of this app belongs to it too. */
export async function addAdminRoutes(
  app: FastifyInstance,
  options: AdminOptions,
  { unknownToo }: { readonly unknownToo: boolean },
): Promise<void> {
  const { host, conditions, routes } = options;
  const wrong = new WrongTokens(app.log);
  const guard = guardOf(options, wrong);
  app.addHook('onClose', async () => wrong.close());
  answerProblems(app);
  const methods = new RouteMethods();
  app.addHook('onRoute', ({ url, method }) => methods.add(url, method));
  healthRoute(app, healthOf(host, conditions));
  await app.register(async (guarded) => {
    guarded.addHook('onRequest', guard);
    takeNoBodies(guarded);
    if (unknownToo) unknownRoutes(guarded, methods);
    pluginRoutes(guarded, host);
    routes?.(guarded);
  });
}

function answerProblems(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error);
    // The host already logs a plugin that could not be started, and a client's error concerns only the client.
    if (problem.status === 500) request.log.error({ err: error }, 'an admin request failed');
    return sendProblem(problem, reply);
  });
}

/** Serializes the document here, so that no schema of a route applies to it. */
export function sendProblem(problem: Problem, reply: FastifyReply): FastifyReply {
  return reply.code(problem.status).type(problemType).serializer(JSON.stringify).send(problem);
}

function unknownRoutes(app: FastifyInstance, methods: RouteMethods): void {
  app.setNotFoundHandler((request, reply) => {
    const { method, url, originalUrl } = request;
    const allow = methods.allowOf(url);
    if (allow !== undefined) reply.header('allow', allow);
    if (allow !== undefined && method === 'OPTIONS') return reply.code(204).send();
    if (allow !== undefined)
      throw new AdminError('METHOD_NOT_ALLOWED', `${method} is no method of this path: it has ${allow}.`);
    throw new AdminError('ROUTE_UNKNOWN', `${method} ${originalUrl} leads nowhere.`);
  });
}
