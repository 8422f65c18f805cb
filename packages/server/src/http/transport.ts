// Limits connections before there is a request: TLS and HTTP/2, times and sizes of heads, connections per address.

import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Server as TlsServer } from 'node:tls';
import { normalizeIP } from '@fastify/rate-limit';
import {
  type FastifyBaseLogger,
  type FastifyHttpOptions,
  type FastifyInstance,
  fastify,
  type RawServerDefault,
} from 'fastify';
import { Problem } from '../wire/problems.js';
import { askForBodiesLate, expectsUnknown } from './expectations.js';
import { limitBodies } from './late-bodies.js';
import { answerClientError, answerTooManyConnections } from './problem-answers.js';
import type { Tls } from './tls.js';
import { limitWrites } from './write-deadlines.js';

export interface TransportSettings {
  /** Time in which a request has to arrive completely. */
  readonly requestSeconds: number;
  /** Time in which the head of a request has to arrive. */
  readonly headersSeconds: number;
  /** Time in which a client has to read some of what is written to it. */
  readonly writeSeconds: number;
  /** Connections of one address at a time; 0: no limit. */
  readonly connectionsPerAddress: number;
}

type Options = Omit<FastifyHttpOptions<RawServerDefault, FastifyBaseLogger>, 'http' | 'requestTimeout'>;
type Fastify = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger>;

const maxHeaders = 100;
const maxHeaderBytes = 16 * 1024;
/** Streams of one HTTP/2 connection at a time. Each holds some 10 KiB here until its answer has been read. */
const maxConcurrentStreams = 100;
/** Interval of checking connections for timeouts, in ms. */
const checkMs = 1_000;

/** Creates a fastify that speaks HTTP/1.1, and with TLS also HTTP/2, within these limits. */
export function listeningFastify(options: Options, settings: TransportSettings, tls: Tls | undefined): Fastify {
  // Otherwise Node itself would answer a request without a Host, and not with a problem document.
  const http = { maxHeaderSize: maxHeaderBytes, connectionsCheckingInterval: checkMs, requireHostHeader: false };
  const handshakeTimeout = headersMs(settings);
  const overTls = { ...http, allowHTTP1: true, handshakeTimeout, settings: { maxConcurrentStreams } };
  const https = tls && { http2: true, https: { ...overTls, ...tls.pair } };
  const app = fastify({
    ...options,
    ...(https ?? { http }),
    clientErrorHandler: answerClientError,
  } as Options) as Fastify;
  app.server.requestTimeout = settings.requestSeconds * 1_000;
  app.server.headersTimeout = headersMs(settings);
  // A secure server ignores the option, and would check only every 30 s.
  Object.assign(app.server, { connectionsCheckingInterval: checkMs });
  if (tls !== undefined) {
    secure(app.server as unknown as TlsServer, tls);
    limitBodies(app, settings.requestSeconds * 1_000);
  }
  limitWrites(app as unknown as FastifyInstance, settings.writeSeconds * 1_000);
  limitConnections(app, settings.connectionsPerAddress, tls !== undefined);
  askForBodiesLate(app.server);
  app.addHook('onRequest', async ({ raw }) => checkHead(raw));
  return app;
}

/** Destroys connections whose handshake fails or times out: without TLS there can be no answer. */
function secure(server: TlsServer, tls: Tls): void {
  server.prependListener('tlsClientError', (_error, socket) => socket.destroy());
  tls.follow(server);
}

function headersMs({ headersSeconds, requestSeconds }: TransportSettings): number {
  return Math.min(headersSeconds, requestSeconds) * 1_000;
}

/** @throws Problem HEADERS_TOO_LARGE, INVALID_REQUEST, EXPECTATION_FAILED, UNSUPPORTED_CONTENT_ENCODING */
function checkHead(request: IncomingMessage): void {
  const { rawHeaders, headers, httpVersionMajor } = request;
  if (rawHeaders.length > 2 * maxHeaders)
    throw new Problem('HEADERS_TOO_LARGE', { detail: `over ${maxHeaders} headers` });
  if (httpVersionMajor === 1 && headers.host === undefined) {
    throw new Problem('INVALID_REQUEST', { detail: 'the header Host is missing' });
  }
  const isHost = (name: string, i: number) => i % 2 === 0 && name.toLowerCase() === 'host';
  if (rawHeaders.filter(isHost).length > 1)
    throw new Problem('INVALID_REQUEST', { detail: 'there is more than one header Host' });
  if (expectsUnknown(request)) throw new Problem('EXPECTATION_FAILED');
  checkEncoding(headers);
}

/** @throws Problem UNSUPPORTED_CONTENT_ENCODING, UNSUPPORTED_MEDIA_TYPE */
function checkEncoding({ 'content-encoding': encoding, 'content-type': type }: IncomingHttpHeaders): void {
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity')
    throw new Problem('UNSUPPORTED_CONTENT_ENCODING', { detail: `${quoted(encoding)} is not taken` });
  const charset = type === undefined ? undefined : /;\s*charset\s*=\s*"?([^\s";]*)/i.exec(type)?.[1];
  if (charset !== undefined && !charsets.includes(charset.toLowerCase()))
    throw new Problem('UNSUPPORTED_MEDIA_TYPE', { detail: `JSON has to be in UTF-8, not in ${quoted(charset)}` });
}

/** ASCII is a part of UTF-8. */
const charsets: readonly string[] = ['utf-8', 'utf8', 'us-ascii'];

function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}

function limitConnections(app: Fastify, max: number, isSecure: boolean): void {
  if (max === 0) return;
  const open = new Map<string, number>();
  app.server.on('connection', (socket: Socket) => {
    const address = normalizeIP(socket.remoteAddress ?? '');
    const count = (open.get(address) ?? 0) + 1;
    open.set(address, count);
    socket.once('close', () => {
      const left = open.get(address)! - 1;
      if (left > 0) open.set(address, left);
      else open.delete(address);
    });
    if (count <= max) return;
    // Before the TLS handshake there can be no answer.
    if (isSecure) socket.destroy();
    else answerTooManyConnections(socket);
  });
}
