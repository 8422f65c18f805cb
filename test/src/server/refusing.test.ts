// How requests are refused for which there is no room: real connections, and a room whose size the test says.

import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { drainOnClose } from '@gatehouse/server/internal/http/connections';
import { shedOverload } from '@gatehouse/server/internal/http/overload/shedding';
import { healthRoutes, Readiness } from '@gatehouse/server/internal/http/readiness';
import { Tls } from '@gatehouse/server/internal/http/tls';
import { listeningFastify } from '@gatehouse/server/internal/http/transport';
import { pino } from 'pino';
import t, { type Test } from 'tap';
import { tempFolder } from '../support/temp-folder.js';
import { makePair, skip } from './tls-server.js';

const transport = { requestSeconds: 30, headersSeconds: 10, connectionsPerAddress: 0, writeSeconds: 30 };
const silent = pino({ level: 'silent' });

/** A server with room for so many; `/v1/held` is answered when the test says so. */
async function serverWith(t: Test, free: number, { host = '127.0.0.1', tls }: { host?: string; tls?: Tls } = {}) {
  const room = { free, left: 0 };
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const app = listeningFastify({ loggerInstance: silent, return503OnClosing: false }, transport, tls);
  const drain = drainOnClose(app, { withinMs: 5_000 });
  const overload = {
    turned: () => {},
    retryAfter: () => 1,
    admit: () => {
      if (room.free === 0) return false;
      room.free -= 1;
      return true;
    },
    release: () => {
      room.free += 1;
      room.left += 1;
    },
  };
  shedOverload(app, overload, drain);
  healthRoutes(app, new Readiness([]), { forOperators: false });
  app.route({ method: ['GET', 'HEAD', 'POST'], url: '/v1/now', handler: async () => 'taken' });
  app.post('/v1/held', async () => {
    await held;
    return 'taken';
  });
  const url = await app.listen({ host, port: 0 });
  t.teardown(() => {
    release();
    return app.close();
  });
  return { url, app, room, release };
}

function open(t: Test, url: string): Socket {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => {});
  t.teardown(() => socket.destroy());
  return socket;
}

const posted = (path: string, body = '"body"', more: readonly string[] = []) =>
  [
    `POST ${path} HTTP/1.1`,
    'Host: x',
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    ...more,
    '',
    body,
  ].join('\r\n');

/** All that comes until the server ends the connection. */
async function received(socket: Socket): Promise<string> {
  const chunks: string[] = [];
  socket.on('data', (chunk) => chunks.push(chunk.toString()));
  await once(socket, 'close');
  return chunks.join('');
}

const statusesIn = (answers: string) => [...answers.matchAll(/HTTP\/1.1 (\d{3}) /g)].map(([, status]) => status);

t.test('who is refused is told so in the form of every problem, and when to come again', async (t) => {
  const { url, room } = await serverWith(t, 0);
  for (const path of ['/v1/now', '/%761/now', '/v1/nowhere']) {
    const answer = await fetch(`${url}${path}`, { method: 'POST', body: 'x'.repeat(1_000_000) });
    t.equal(answer.status, 503);
    t.equal(answer.headers.get('content-type'), 'application/problem+json');
    t.equal(answer.headers.get('retry-after'), '1');
    t.ok(answer.headers.get('date'));
    t.match(await answer.json(), { code: 'OVERLOADED', status: 503, retryAfter: 1 });
  }
  t.equal(room.left, 0, 'who was not taken does not leave');
});

t.test('a connection outlives a refusal, whatever of the request was not read', async (t) => {
  const { url, room } = await serverWith(t, 0);
  const socket = open(t, url);
  socket.write(posted('/v1/now', JSON.stringify('x'.repeat(200_000))));
  await once(socket, 'data');
  room.free = 1;
  const answers = received(socket);
  socket.write(posted('/v1/now', '"again"', ['Connection: close']));
  t.match(await answers, /HTTP\/1.1 200 .*taken$/s);
});

t.test('pipelined requests are answered in order, those refused too', async (t) => {
  const { url, release, room } = await serverWith(t, 1);
  const socket = open(t, url);
  const answers = received(socket);
  socket.write(posted('/v1/held') + posted('/v1/now') + posted('/v1/now', '"last"', ['Connection: close']));
  // Refused by then, as it came on the same connection: its answer has to wait for the one before.
  while (room.free > 0) await fetch(`${url}/livez`);
  release();
  t.strictSame(statusesIn(await answers), ['200', '503', '503']);
});

t.test('to HEAD it is the head alone', async (t) => {
  const { url } = await serverWith(t, 0);
  const socket = open(t, url);
  const answers = received(socket);
  const asked = (more: string) => `HEAD /v1/now HTTP/1.1\r\nHost: x\r\n${more}\r\n`;
  socket.write(asked('') + asked('Connection: close\r\n'));
  const answer = await answers;
  t.strictSame(statusesIn(answer), ['503', '503']);
  t.notMatch(answer, 'OVERLOADED');
});

t.test('health routes need no room', async (t) => {
  const { url } = await serverWith(t, 0);
  for (const path of ['/livez', '/readyz', '/livez?from=a-probe']) {
    t.match(await (await fetch(url + path)).json(), { status: /live|ready/ });
  }
  t.equal((await fetch(`${url}/livezz`)).status, 503);
});

t.test('who is taken takes room until answered, or gone', async (t) => {
  const { url, room, app } = await serverWith(t, 1);
  t.equal((await fetch(`${url}/v1/now`)).status, 200);
  const socket = open(t, url);
  const arrived = once(app.server, 'request');
  socket.write(posted('/v1/held'));
  await arrived;
  t.equal((await fetch(`${url}/v1/now`)).status, 503);
  socket.destroy();
  while (room.left < 2) await fetch(`${url}/livez`);
  t.equal((await fetch(`${url}/v1/now`)).status, 200);
});

t.test('a server that drains waits for what it took, not for what it refused', async (t) => {
  const { url, app, room, release } = await serverWith(t, 1);
  const socket = open(t, url);
  const answers = received(socket);
  socket.write(posted('/v1/held') + posted('/v1/now'));
  while (room.free > 0) await fetch(`${url}/livez`);
  const closed = app.close();
  release();
  t.strictSame(statusesIn(await answers).slice(0, 1), ['200']);
  await closed;
});

t.test('each address of a name refuses, and whatever reaches fastify by another way', async (t) => {
  const { app } = await serverWith(t, 0, { host: 'localhost' });
  const injected = await app.inject({ method: 'POST', url: '/v1/now' });
  t.match([injected.statusCode, injected.json()], [503, { code: 'OVERLOADED' }]);
  for (const { address, port, family } of app.addresses().filter((one) => typeof one !== 'string')) {
    const host = family === 'IPv6' ? `[${address}]` : address;
    t.equal((await fetch(`http://${host}:${port}/v1/now`, { method: 'POST' })).status, 503);
  }
});

t.test('over TLS and HTTP/2 it is the same answer', { skip }, async (t) => {
  const { tlsCert, tlsKey } = await makePair(await tempFolder(t), 'one');
  const tls = await Tls.open(tlsCert, tlsKey, silent);
  t.teardown(() => tls.close());
  const { url, room } = await serverWith(t, 0, { tls });
  const session = connectHttp2(url, { rejectUnauthorized: false });
  t.teardown(() => session.destroy());
  const ask = async (method: string, body?: string) => {
    const stream = session.request({ ':path': '/v1/now', ':method': method }, { endStream: body === undefined });
    if (body !== undefined) stream.end(body);
    const [headers] = await once(stream, 'response');
    let text = '';
    for await (const chunk of stream) text += chunk;
    return { status: headers[':status'], retryAfter: headers['retry-after'], text };
  };
  t.match(await ask('POST', 'x'.repeat(200_000)), { status: 503, retryAfter: '1', text: '"code":"OVERLOADED"' });
  t.strictSame(await ask('HEAD'), { status: 503, retryAfter: '1', text: '' });
  room.free = 1;
  t.match(await ask('GET'), { status: 200, text: 'taken' });
});
