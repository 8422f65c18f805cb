// Limits the time in which a body has to arrive over HTTP/2. Node itself limits it for HTTP/1.1, but not for streams.

import { constants, Http2ServerRequest, type ServerHttp2Stream } from 'node:http2';
import { after } from '@gatehouse/support/timer';
import type { FastifyInstance } from 'fastify';
import { Problem } from '../wire/problems.js';

/** Answers and closes a stream whose body timed out; closes a stream that still sends after its answer. */
export function limitBodies(app: FastifyInstance, withinMs: number): void {
  app.addHook('onRequest', async ({ raw }) => {
    if (!(raw instanceof Http2ServerRequest) || raw.stream.endAfterHeaders) return;
    const { stream } = raw;
    // The reader of the body gets the error; once the body was found too large, nothing reads it any more.
    raw.on('error', () => {});
    const arrived = after(withinMs, () => raw.destroy(new Problem('REQUEST_TIMEOUT')));
    stream.once('end', arrived).once('close', arrived);
    stream.once('finish', () => closeUnlessRead(stream));
  });
}

/** Declines the rest of a request that was answered, without an error (RFC 9113, 8.1). */
function closeUnlessRead(stream: ServerHttp2Stream): void {
  if (!stream.readableEnded) stream.close(constants.NGHTTP2_NO_ERROR);
}
