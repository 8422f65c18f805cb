// Turns every error of a request into a problem document. The only place that writes one to a client.

import { type OutgoingHttpHeaders, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { storageProblem } from '../store/storage-problem.js';
import { isReported, StoreError } from '../store/store-error.js';
import { formatMeanings } from '../wire/formats.js';
import { Problem, type ProblemCode } from '../wire/problems.js';

/** Errors of fastify with their own problem code. Its other 4xx are invalid requests. */
const known: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'BODY_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
};

/** Errors of Node's parser and timeouts with their own problem code. The others are invalid requests. */
const knownOfClients: Readonly<Record<string, ProblemCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
  HPE_HEADER_OVERFLOW: 'HEADERS_TOO_LARGE',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'BODY_TOO_LARGE',
};

export function addProblemAnswers(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => sendProblem(problemFrom(error, request), reply));
  app.setNotFoundHandler((_request, reply) => sendProblem(new Problem('NOT_FOUND'), reply));
}

/** Answers errors that fastify finds before there is a route. */
export function answerFrameworkError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  sendProblem(problemFrom(error, request), reply);
}

function problemFrom(error: FastifyError, request: FastifyRequest): Problem {
  if (error instanceof Problem) return error;
  const code = known[error.code];
  if (code) return new Problem(code);
  if (error.validation) return new Problem('INVALID_REQUEST', { detail: detailOf(error) });
  if (error.statusCode !== undefined && error.statusCode < 500) {
    return new Problem('INVALID_REQUEST', { detail: error.message });
  }
  if (!isReported(error)) request.log.error({ err: error, route: request.routeOptions.url }, 'a request failed');
  if (error instanceof StoreError) return storageProblem(error);
  return new Problem('INTERNAL');
}

/** Says what is expected, if the validator's message only names a format. */
function detailOf({ message, validation }: FastifyError): string {
  const { format } = validation?.[0]?.params ?? {};
  const meanings: Readonly<Record<string, string | undefined>> = formatMeanings;
  const meaning = typeof format === 'string' ? meanings[format] : undefined;
  return meaning === undefined ? message : `${message}: ${meaning}`;
}

export function sendProblem(problem: Problem, reply: FastifyReply): FastifyReply {
  if (problem.retryAfter !== undefined) reply.header('retry-after', problem.retryAfter);
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
  return reply.status(problem.status).type('application/problem+json').send(JSON.stringify(problem.document()));
}

/** Prepares a frequent answer that should cost little: rendered once, without fastify, without reading the body. */
export function answerAtOnce(problem: Problem): (response: ServerResponse) => void {
  const body = JSON.stringify(problem.document());
  const headers: OutgoingHttpHeaders = {
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(body),
    ...(problem.retryAfter !== undefined && { 'retry-after': String(problem.retryAfter) }),
  };
  return (response) => {
    response.writeHead(problem.status, headers);
    response.end(body);
  };
}

/** Answers a connection on which no request could be read. */
export function answerClientError({ code = '' }: NodeJS.ErrnoException, socket: Socket): void {
  const detail = code.startsWith('HPE_') ? { detail: 'this is not HTTP as it should be' } : {};
  endWithProblem(new Problem(knownOfClients[code] ?? 'INVALID_REQUEST', detail), socket);
}

export function answerTooManyConnections(socket: Socket): void {
  endWithProblem(new Problem('TOO_MANY_CONNECTIONS', { retryAfter: 1 }), socket);
}

function endWithProblem(problem: Problem, socket: Socket): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify(problem.document());
  const lines = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    ...(problem.retryAfter === undefined ? [] : [`retry-after: ${problem.retryAfter}`]),
    'connection: close',
    '',
    body,
  ];
  socket.on('error', () => {});
  // Does not wait for what the client still sends.
  socket.end(lines.join('\r\n'), () => socket.destroy());
}
