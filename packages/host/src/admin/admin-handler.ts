// The admin API as a plain handler of requests, for servers without fastify. Fastify serves the routes inside.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { PlainLogger } from '../contract/plain-logger.js';
import { type Access, checkAccess } from './access.js';
import { addAdminRoutes, sendProblem } from './admin-api.js';
import type { AdministeredHost } from './administered-host.js';
import type { Problem } from './answers.js';
import { fastifyLogger } from './fastify-logger.js';
import { loadFastify } from './fastify-peer.js';
import type { OtherConditions } from './health.js';
import { problem, problemOf, problemType } from './problem.js';
import { checkPrefix, moveBelow } from './request-path.js';

export type AdminHandlerOptions<R extends IncomingMessage = IncomingMessage> = Access<R> & {
  /** The path below which the routes are, such as `/admin`, unless the framework takes it off itself. Default: none. */
  readonly prefix?: string | undefined;
  /** Returns the conditions of the server that the host is part of, which `/health` reports too. Default: none. */
  readonly conditions?: OtherConditions | undefined;
  /** The logger of changes and errors. Default: the host's. */
  readonly logger?: PlainLogger | undefined;
};

export interface AdminHandler<R extends IncomingMessage = IncomingMessage> {
  (request: R, response: ServerResponse): void;
  /** Answers every further request with 503. Called by the host when it closes. */
  close(): Promise<void>;
}

/**
 * Returns a handler for `createServer` of `node:http`, `app.use` of express, and others of their kind. It closes with
 * the host. @throws GatehouseError OPTIONS_INVALID, FASTIFY_MISSING
 */
export function adminHandler<R extends IncomingMessage = IncomingMessage>(
  host: AdministeredHost,
  options: AdminHandlerOptions<R>,
): AdminHandler<R> {
  checkAccess(options);
  const prefix = checkPrefix(options.prefix);
  const app = appOf(host, options);
  const ready = Promise.resolve(app.ready());
  const logFailure = (error: unknown) => app.log.error({ err: error }, 'the admin handler failed');
  ready.catch(logFailure);
  let isOpen = true;
  const handler = (request: R, response: ServerResponse) => {
    if (!isOpen) return answer(response, problem('HOST_CLOSED', 'The host has been closed.'));
    const nowhere = `${request.method} ${request.url} leads nowhere.`;
    if (!moveBelow(prefix, request)) return answer(response, problem('ROUTE_UNKNOWN', nowhere));
    ready.then(
      () => app.routing(request, response),
      (error) => answer(response, problemOf(error)),
    );
  };
  const stopListening = host.onClose?.(() => void close().catch(logFailure));
  async function close(): Promise<void> {
    isOpen = false;
    stopListening?.();
    await app.close();
  }
  return Object.assign(handler, { close });
}

function appOf<R extends IncomingMessage>(host: AdministeredHost, options: AdminHandlerOptions<R>): FastifyInstance {
  const { fastify, LogController } = loadFastify();
  const { conditions, logger = host.logger } = options;
  const app = fastify({
    ...(logger !== undefined && { loggerInstance: fastifyLogger(logger) }),
    logController: new LogController({ disableRequestLogging: true }),
    frameworkErrors: (error, _request, reply) => sendProblem(problemOf(error), reply),
  });
  const access = accessOfRaw(options);
  app.register(async (app) => addAdminRoutes(app, { ...access, host, conditions }, { unknownToo: true }));
  return app;
}

/** Returns the same access for the requests that fastify makes of the server's own. */
function accessOfRaw<R>({ token, authorize, addressOf }: Access<R>): Access<FastifyRequest> {
  const own = ({ raw }: FastifyRequest) => raw as R;
  if (authorize !== undefined) return { authorize: (request) => authorize(own(request)) };
  return { token, addressOf: addressOf && ((request) => addressOf(own(request))) };
}

function answer(response: ServerResponse, document: Problem): void {
  response.writeHead(document.status, { 'content-type': problemType });
  response.end(JSON.stringify(document));
}
