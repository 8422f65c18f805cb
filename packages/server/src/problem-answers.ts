// Turns whatever goes wrong in a request into a problem document. The only place that writes one to a client.

import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem, type ProblemCode } from './problems.js';
import { storageProblem } from './storage-problem.js';
import { StoreError } from './store/store-error.js';

/** Errors of fastify that have a code of ours. Its other 4xx are invalid requests. */
const known: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'BODY_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
};

export function addProblemAnswers(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => sendProblem(problemFrom(error, request), reply));
  app.setNotFoundHandler((_request, reply) => sendProblem(new Problem('NOT_FOUND'), reply));
}

/** For what fastify finds wrong before a route is known. */
export function answerFrameworkError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  sendProblem(problemFrom(error, request), reply);
}

function problemFrom(error: FastifyError, request: FastifyRequest): Problem {
  if (error instanceof Problem) return error;
  const code = known[error.code];
  if (code) return new Problem(code);
  if (error.validation) return new Problem('INVALID_REQUEST', { detail: error.message });
  if (error.statusCode !== undefined && error.statusCode < 500) {
    return new Problem('INVALID_REQUEST', { detail: error.message });
  }
  request.log.error({ err: error, route: request.routeOptions.url }, 'a request failed');
  if (error instanceof StoreError) return storageProblem(error);
  return new Problem('INTERNAL');
}

export function sendProblem(problem: Problem, reply: FastifyReply): FastifyReply {
  if (problem.retryAfter !== undefined) reply.header('retry-after', problem.retryAfter);
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
  return reply.status(problem.status).type('application/problem+json').send(JSON.stringify(problem.document()));
}
