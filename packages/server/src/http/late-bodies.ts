// The time that a body has to arrive over HTTP/2. Node keeps that of HTTP/1.1 by itself, and of streams none.

import { constants, Http2ServerRequest, type ServerHttp2Stream } from 'node:http2';
import type { FastifyInstance } from 'fastify';
import { Problem } from '../wire/problems.js';

/** A stream whose body is late is answered, and closed; one that goes on after its answer is closed with that. */
export function limitBodies(app: FastifyInstance, withinMs: number): void {
  app.addHook('onRequest', async ({ raw }) => {
    if (!(raw instanceof Http2ServerRequest) || raw.stream.endAfterHeaders) return;
    const { stream } = raw;
    // Whoever reads the body hears of the error; nobody does any more once the body was found too large.
    raw.on('error', () => {});
    const timer = setTimeout(() => raw.destroy(new Problem('REQUEST_TIMEOUT')), withinMs);
    const arrived = () => clearTimeout(timer);
    stream.once('end', arrived).once('close', arrived);
    stream.once('finish', () => closeUnlessRead(stream));
  });
}

/** RFC 9113, 8.1: what is left of a request that was answered may be declined, as no error. */
function closeUnlessRead(stream: ServerHttp2Stream): void {
  if (!stream.readableEnded) stream.close(constants.NGHTTP2_NO_ERROR);
}
