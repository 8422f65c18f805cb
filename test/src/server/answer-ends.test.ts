// Every answer has an end, also one that was never begun.

import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { onAnswerEnd } from '@gatehouse/server/internal/http/answer-ends';
import t, { type Test } from 'tap';
import { newPair, payload, post } from '../support/client.js';
import { LogLines } from '../support/log-lines.js';
import { smallServer } from '../support/small-server.js';

t.test('answers that wait behind one that never comes end with their connection, each once', async (t) => {
  const ended: string[] = [];
  let allEnded = () => {};
  const done = new Promise<void>((resolve) => {
    allEnded = resolve;
  });
  const server = createServer((request, response) => {
    onAnswerEnd(request, response, () => {
      ended.push(request.url ?? '');
      if (ended.length === 3) allEnded();
    });
    if (request.url === '/answered') response.end();
    if (request.url === '/queued') client.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.write(['/answered', '/waits', '/queued'].map((path) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`).join(''));
  await done;
  await new Promise(setImmediate);
  t.strictSame(ended.sort(), ['/answered', '/queued', '/waits']);
});

/** Sends all of it in one piece, waits until a part has arrived, and resets the connection. */
async function sendAndReset(t: Test, url: string, text: string, arrived: () => Promise<void>): Promise<void> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => {});
  t.teardown(() => socket.destroy());
  const requested = arrived();
  socket.write(text);
  await requested;
  socket.resetAndDestroy();
}

t.test('a drain does not wait for pipelined requests whose connection is gone', async (t) => {
  const log = new LogLines();
  const server = await smallServer(t, { logger: log.logger, settings: { drainSeconds: 30 } });
  const gone = server.disconnected();
  await sendAndReset(t, server.url, 'GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(50), server.requested);
  await gone;
  await server.close();
  t.same(log.of(/were cut off/), []);
});

t.test('unread answers of pipelined requests count no more once their connection is gone', async (t) => {
  const settings = { unreadBytesPerAccount: 100_000 };
  const server = await smallServer(t, { settings });
  const { alice, bob, channelId } = await newPair(server.url);
  const message = { channelId, payload: payload('x'.repeat(60_000)) };
  t.equal((await post(server.url, 'enqueue', message, alice.token)).status, 200);
  const request = (path: string, body: string) =>
    `POST /v1/${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${bob.token}\r\nContent-Type: application/json\r\n` +
    `Content-Length: ${body.length}\r\n\r\n${body}`;
  // The first one waits, so that the others are answered behind it.
  const waits = request('fetch-wait', JSON.stringify({ channelId, after: '9', timeoutMs: 20_000 }));
  const fetches = request('fetch', JSON.stringify({ channelId }));
  for (let i = 0; i < 4; i++) {
    const gone = server.disconnected();
    await sendAndReset(t, server.url, waits + fetches + fetches, async () => {
      for (let requests = 0; requests < 3; requests++) await server.requested();
    });
    await gone;
  }
  t.equal((await post(server.url, 'fetch', { channelId }, bob.token)).status, 200);
});
