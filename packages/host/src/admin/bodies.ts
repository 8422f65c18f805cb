// Ignores the bodies of requests: no route of the admin API takes one.

import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';

/** The largest body that is read, in bytes. */
const longest = 1024;

/** Ignores bodies of any content type. Clients send empty ones with types that fastify would refuse. */
export function takeNoBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string', bodyLimit: longest }, async () => undefined);
  // Another framework has read this body: its stream would never end a second time.
  app.addHook('preParsing', async ({ raw, headers }, _reply, payload) =>
    raw.readableEnded || raw.destroyed ? endedBody(headers['content-length']) : payload,
  );
}

/** Returns an empty stream of which fastify believes that it had the announced length. */
function endedBody(length: string | undefined): Readable {
  const receivedEncodedLength = length === undefined ? 0 : Number(length);
  return Object.assign(Readable.from([]), { receivedEncodedLength });
}
