// A way to a server that can be made to lose things, and that serves pages of its own, as a proxy in front of it does.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Test } from 'tap';

/** What becomes of a request: passed on, its answer lost after it was done, lost itself, or answered by the way. */
export type Fate =
  | 'passes'
  | 'loses the answer'
  | 'loses the request'
  | { readonly status: number; readonly retryAfter?: number };

export interface Way {
  readonly url: string;
  /** The paths of the requests that came, in order. */
  readonly came: string[];
  /** What a page of it has to say, once it does: the body of a request to `/said`. */
  readonly said: Promise<string>;
}

/** @param fateOf asked for each request to the server, with its path below `/v1/` */
export async function wayTo(
  t: Test,
  serverUrl: string,
  fateOf: (path: string) => Fate = () => 'passes',
  pages: ReadonlyMap<string, string> = new Map(),
): Promise<Way> {
  const came: string[] = [];
  let say: (text: string) => void = () => {};
  const said = new Promise<string>((resolve) => {
    say = resolve;
  });
  const way = createServer(async (request, response) => {
    const path = request.url!;
    came.push(path.replace('/v1/', ''));
    const page = pages.get(path);
    if (page !== undefined) return response.setHeader('content-type', typeOf(path)).end(page);
    if (path === '/said') return response.end(say((await buffer(request)).toString()));
    if (!path.startsWith('/v1/')) return response.writeHead(404).end();
    return meet(fateOf(path.replace('/v1/', '')), serverUrl, request, response);
  });
  await new Promise<void>((resolve) => way.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    way.close();
    way.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(way.address() as AddressInfo).port}`, came, said };
}

async function meet(fate: Fate, serverUrl: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await buffer(request);
  if (fate === 'loses the request') return void request.socket.destroy();
  if (typeof fate === 'object') {
    const { status, retryAfter } = fate;
    if (retryAfter !== undefined) response.setHeader('retry-after', retryAfter);
    return void response.writeHead(status).end('<html>');
  }
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const { host: _, connection: __, ...headers } = request.headers as Record<string, string>;
  const init = { method: 'POST', headers, ...(body.length > 0 && { body }), signal: gone.signal };
  const answer = await fetch(`${serverUrl}${request.url}`, init).catch(() => undefined);
  const text = await answer?.text().catch(() => undefined);
  if (!answer || text === undefined || fate === 'loses the answer') return void request.socket.destroy();
  const type = answer.headers.get('content-type');
  response.writeHead(answer.status, type === null ? {} : { 'content-type': type }).end(text);
}

function typeOf(path: string): string {
  return path.endsWith('.js') ? 'text/javascript' : 'text/html';
}
