// Requests with the header Expect: a body is asked for when it begins to be read, and so after all that needs only the
// head: the token, rate limits, the length, the type.

import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/** Requests that expect something that is not known. */
const unknown = new WeakSet<IncomingMessage>();

/** Node itself would ask for each body at once, and answer an unknown expectation without a problem document. */
export function askForBodiesLate(server: Server): void {
  server.on('checkContinue', (request, response) => {
    askWhenRead(request, response);
    server.emit('request', request, response);
  });
  server.on('checkExpectation', (request, response) => {
    unknown.add(request);
    server.emit('request', request, response);
  });
}

export function expectsUnknown(request: IncomingMessage): boolean {
  return unknown.has(request);
}

/**
 * A final answer instead of `100 Continue` ends its connection, because nobody can tell whether the client still sends
 * the body, which would then be taken for its next request. Node sees to it in `writeHead`, which the refusals of an
 * overloaded server go past: these look at `shouldKeepAlive`.
 */
function askWhenRead(request: IncomingMessage, response: ServerResponse): void {
  const { shouldKeepAlive } = response;
  const read = request._read;
  response.shouldKeepAlive = false;
  request._read = (size) => {
    request._read = read;
    if (!response.headersSent && !response.destroyed) {
      response.shouldKeepAlive = shouldKeepAlive;
      response.writeContinue();
    }
    read.call(request, size);
  };
}
