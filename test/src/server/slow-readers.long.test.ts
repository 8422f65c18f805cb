// Clients that ask for much and do not read it.

import { once } from 'node:events';
import { connect as connectHttp2, constants } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { Tls } from '@gatehouse/server/internal/http/tls';
import { listeningFastify } from '@gatehouse/server/internal/http/transport';
import { Unread } from '@gatehouse/server/internal/http/unread';
import { pino } from 'pino';
import t, { type Test } from 'tap';
import { newPair, payload, post } from '../support/client.js';
import { smallServer } from '../support/small-server.js';
import { tempFolder } from '../support/temp-folder.js';
import { makePair, skip } from './tls-server.js';

const silent = pino({ level: 'silent' });
const messageBytes = 2 * 1024 * 1024;
const large = { maxPayloadBytes: messageBytes, maxFetchBytes: 16 * messageBytes };

/** Bob's mailbox holds so many messages of 2 MiB. */
async function fullMailbox(url: string, messages: number) {
  const { alice, bob, channelId } = await newPair(url);
  const message = { channelId, payload: payload('x'.repeat(messageBytes)) };
  for (let i = 0; i < messages; i++) t.equal((await post(url, 'enqueue', message, alice.token)).status, 200);
  return { token: bob.token, body: JSON.stringify({ channelId }) };
}

const head = (path: string, token: string, length: number) =>
  [
    `POST /v1/${path} HTTP/1.1`,
    'Host: x',
    'Content-Type: application/json',
    `Authorization: Bearer ${token}`,
    `Content-Length: ${length}`,
    '',
    '',
  ].join('\r\n');

/** A connection that has asked, and has not begun to read. */
function asked(t: Test, url: string, { token, body }: { token: string; body: string }, path = 'fetch'): Socket {
  const socket = connect(Number(new URL(url).port), '127.0.0.1').pause();
  socket.on('error', () => {});
  t.teardown(() => socket.destroy());
  socket.write(head(path, token, body.length) + body);
  return socket;
}

t.test('80 connections of one account that do not read hold a few answers, and are cut', async (t) => {
  const { url } = await smallServer(t, { settings: { ...large, writeSeconds: 1 } });
  const fetching = await fullMailbox(url, 8);
  const { arrayBuffers } = process.memoryUsage();
  const sockets = Array.from({ length: 80 }, () => asked(t, url, fetching));
  await Promise.all(
    sockets.map((socket) =>
      once(
        socket.on('readable', () => {}),
        'readable',
      ),
    ),
  );
  const held = process.memoryUsage().arrayBuffers - arrayBuffers;
  t.ok(held < 100e6, `${held} bytes`);
  const refused = sockets.filter((socket) => /^HTTP.1.1 429 .*"TOO_MUCH_UNREAD"/s.test(String(socket.read())));
  t.ok(refused.length > 70, `${refused.length} were refused`);
  const upTo = { ...JSON.parse(fetching.body), upTo: '0' };
  t.equal((await post(url, 'ack', upTo, fetching.token)).status, 200, 'what else the account asks for is done');
  while ((await post(url, 'fetch', JSON.parse(fetching.body), fetching.token)).status !== 200);
});

t.test('a client that takes nothing for the time given is cut, one that reads slowly gets it all', async (t) => {
  const settings = { ...large, writeSeconds: 1, unreadBytesPerAccount: 2 ** 30 };
  const { url } = await smallServer(t, { settings });
  const fetching = await fullMailbox(url, 8);
  const [dead, slow] = [asked(t, url, fetching), asked(t, url, fetching)];
  slow.on('readable', () => {});
  const startedAt = performance.now();
  const length = (8 * messageBytes * 4) / 3;
  let received = 0;
  const ended = new Promise((resolve) => dead.once('close', resolve));
  while (received < length && !slow.destroyed) {
    received += slow.read()?.length ?? 0;
    await delay(10);
  }
  t.ok(received >= length, `${received} of ${length}`);
  t.ok(performance.now() - startedAt > 1_500, 'it was slow');
  dead.resume();
  await ended;
  t.ok(dead.bytesRead < length, 'its answer was not sent to the end');
});

t.test('pipelined answers that wait for an earlier one are not late', async (t) => {
  const { url } = await smallServer(t, { settings: { ...large, writeSeconds: 1 } });
  const { token, body } = await fullMailbox(url, 1);
  const waiting = JSON.stringify({ ...JSON.parse(body), after: '9', timeoutMs: 2_500 });
  const socket = asked(t, url, { token, body: waiting }, 'fetch-wait');
  socket.write(head('fetch', token, body.length) + body);
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  socket.resume();
  // The last member of an answer.
  while ((text.match(/"more":(?:true|false)\}/g)?.length ?? 0) < 2) await once(socket, 'data');
  t.equal(text.match(/HTTP\/1.1 200/g)?.length, 2);
});

interface SessionOptions {
  readonly window?: number;
  readonly connection?: (port: number) => Duplex;
}

/** A server over TLS with an answer of 30 MB, and a session of HTTP/2 with it. */
async function session(t: Test, { window = 16_384, connection }: SessionOptions = {}) {
  const { tlsCert, tlsKey } = await makePair(await tempFolder(t), 'one');
  const tls = await Tls.open(tlsCert, tlsKey, silent);
  t.teardown(() => tls.close());
  const transport = { requestSeconds: 30, headersSeconds: 10, connectionsPerAddress: 0, writeSeconds: 1 };
  const app = listeningFastify({ loggerInstance: silent }, transport, tls);
  new Unread(app, { unreadBytesPerAccount: 2 ** 30, unreadBytesPerConnection: 70e6 }, () => 'anybody');
  app.get('/large', async () => 'x'.repeat(30e6));
  app.get('/small', async () => 'small');
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  t.teardown(() => app.close());
  const made = connection?.(Number(new URL(url).port));
  const client = connectHttp2(url, {
    rejectUnauthorized: false,
    // One stream that is not read may not take the room of all.
    settings: { initialWindowSize: window },
    ...(made && { createConnection: () => made }),
  });
  client.on('error', () => {}).once('connect', () => client.setLocalWindowSize(window));
  t.teardown(() => client.destroy());
  const statusOf = async (path: string) => {
    const [headers] = await once(client.request({ ':path': path }), 'response');
    return headers[':status'];
  };
  return { app, client, statusOf };
}

t.test('a stream that is not read is cancelled, and its connection goes on', { skip }, async (t) => {
  const { client, statusOf } = await session(t);
  const unread = client.request({ ':path': '/large' });
  unread.on('error', () => {});
  while (!unread.destroyed) t.equal(await statusOf('/small'), 200);
  t.equal(unread.rstCode, constants.NGHTTP2_CANCEL);
  t.equal(await statusOf('/small'), 200);
});

t.test('the streams of one connection leave no more unread than it may', { skip }, async (t) => {
  const { statusOf } = await session(t);
  t.strictSame(await Promise.all(['/large', '/large', '/large', '/small'].map(statusOf)), [200, 200, 429, 200]);
});

t.test('a session whose connection is not read ends', { skip }, async (t) => {
  const connection = (port: number) => {
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    t.teardown(() => socket.destroy());
    return connectTls({ socket: deafAfter(socket, 100_000), rejectUnauthorized: false, ALPNProtocols: ['h2'] });
  };
  const { app, client } = await session(t, { window: 2 ** 30, connection });
  const opened = once(app.server, 'session');
  client
    .request({ ':path': '/large' })
    .resume()
    .on('error', () => {});
  const [ofServer] = await opened;
  await once(ofServer, 'close');
});

/** A connection that stops to read, below TLS and HTTP/2, after so many bytes. */
function deafAfter(socket: Socket, bytes: number): Duplex {
  let received = 0;
  const duplex = new Duplex({
    read: () => {},
    write: (chunk, _encoding, done) => void socket.write(chunk, done),
  });
  socket.on('data', (chunk) => {
    received += chunk.length;
    duplex.push(chunk);
    if (received > bytes) socket.pause();
  });
  return duplex;
}
