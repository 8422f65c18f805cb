// What a signal does to a server with requests in flight: real processes, a real disk.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { newPair, payload } from '../support/client.js';
import { pluginFolder } from '../support/open-host.js';
import { tempFolder } from '../support/temp-folder.js';
import { serverProcess } from './server-process.js';

const patient = { GATEHOUSE_RATE_LIMIT: '0', GATEHOUSE_LOG_LEVEL: 'info' };

async function settings(t: Test) {
  const folder = await tempFolder(t, { 'plugins/noop.js': 'export default {}' });
  return { ...patient, GATEHOUSE_DATA_FOLDER: join(folder, 'data'), GATEHOUSE_PLUGINS: join(folder, 'plugins') };
}

/** Connects and sends the beginning of a request, so that the server has it in flight. */
async function half(url: string, token: string, path: string, body: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => {});
  const head = [
    `POST /v1/${path} HTTP/1.1`,
    'host: gatehouse',
    `authorization: Bearer ${token}`,
    'content-type: application/json',
    `content-length: ${body.length}`,
    'expect: 100-continue',
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  // The server has seen its head when it asks for the rest.
  await once(socket, 'data');
  return socket;
}

async function answerOf(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

t.test(
  'SIGTERM: those in flight are answered, new ones refused, and what was acknowledged is there again',
  async (t) => {
    const env = await settings(t);
    const server = await serverProcess(t, env);
    t.strictSame(await (await fetch(`${server.url}/readyz`)).json(), { status: 'ready', notReady: [] });
    const { alice, bob, channelId } = await newPair(server.url);
    const body = JSON.stringify({ channelId, payload: payload('the last one') });
    const slow = await half(server.url, alice.token, 'enqueue', body);
    const waiting = Array.from({ length: 20 }, () => bob.post('fetch-wait', { channelId, timeoutMs: 60_000 }));
    // Answered after them, so they have arrived.
    await alice.post('channels', { peerKey: bob.key });

    server.signal('SIGTERM');
    for (const { status, body } of await Promise.all(waiting)) t.match([status, body], [200, { messages: [] }]);
    for (const url of [server.url, server.adminUrl]) {
      const readiness = await fetch(`${url}/readyz`);
      t.equal(readiness.status, 503);
      t.match(await readiness.json(), { notReady: [{ what: 'draining' }] });
      t.equal((await fetch(`${url}/livez`)).status, 200);
    }
    const late = await alice.post('enqueue', { channelId, payload: payload('too late') });
    t.match(late, { status: 503, body: { code: 'SHUTTING_DOWN' } });
    t.match([late.headers.get('connection'), late.headers.get('retry-after')], ['close', '1']);
    slow.write(body);
    const answer = await answerOf(slow);
    t.match(answer, /^HTTP\/1.1 200 .*connection: close.*"seq":"1"/is);
    t.strictSame(await server.ended, [0, null]);
    t.equal(server.log.at(-1), 'closed');

    const again = await serverProcess(t, env);
    const response = await fetch(`${again.url}/v1/fetch`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bob.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ channelId }),
    });
    t.match(await response.json(), { messages: [{ seq: '1', payload: payload('the last one') }] });
    again.signal('SIGTERM');
    t.strictSame(await again.ended, [0, null]);
  },
);

t.test(
  'a request that never gets whole is cut off when its time is over, and the server closes in order',
  async (t) => {
    const server = await serverProcess(t, { ...(await settings(t)), GATEHOUSE_DRAIN_SECONDS: '0' });
    const { alice } = await newPair(server.url);
    const slow = await half(server.url, alice.token, 'enqueue', '{"channelId":""}');
    server.signal('SIGTERM');
    await answerOf(slow).catch(() => {});
    t.strictSame(await server.ended, [0, null]);
    t.match(server.log.slice(-2), ['requests that were not answered in time were cut off', 'closed']);
  },
);

t.test(
  'a second signal hurries: what is in flight and plugins that do not stop are waited for no longer',
  async (t) => {
    const plugins = await pluginFolder(t, { 'spins-in-stop': {} });
    const more = { GATEHOUSE_PLUGINS: plugins, GATEHOUSE_ENABLED: 'spins-in-stop', GATEHOUSE_DRAIN_SECONDS: '600' };
    const server = await serverProcess(t, { ...(await settings(t)), ...more });
    const { alice } = await newPair(server.url);
    await half(server.url, alice.token, 'enqueue', '{"channelId":""}');
    server.signal('SIGTERM');
    for (;;) if ((await fetch(`${server.adminUrl}/readyz`)).status === 503) break;
    server.signal('SIGTERM');
    const [code] = await server.ended;
    t.not(code, 0);
    t.equal(server.log.at(-1), 'ended at once by a second signal');
  },
);
