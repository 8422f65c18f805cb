// What a signal does to a server with requests in flight: real processes, a real disk.

import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { newPair, payload } from '../support/client.js';
import { pluginFolder } from '../support/open-host.js';
import { tempFolder } from '../support/temp-folder.js';
import { serverProcess } from './server-process.js';

const patient = { GATEHOUSE_RATE_LIMIT: '0', GATEHOUSE_LOG_LEVEL: 'info' };

async function settings(t: Test) {
  const guard = `export default { apiVersion: 1, onMessageEnqueue: () => ({ action: 'continue' }) };`;
  const folder = await tempFolder(t, { 'plugins/noop.js': 'export default {}', 'plugins/guard.js': guard });
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
  'SIGTERM, also to the whole group: those in flight are answered, new ones refused, and nothing acknowledged is lost',
  async (t) => {
    const guarded = { GATEHOUSE_ENABLED: 'guard', GATEHOUSE_ISOLATION: '{"guard":"process"}' };
    const env = { ...(await settings(t)), ...guarded };
    const hasGroup = process.platform !== 'win32';
    const server = await serverProcess(t, env, [], hasGroup);
    t.strictSame(await (await fetch(`${server.url}/readyz`)).json(), { status: 'ready', notReady: [] });
    const { alice, bob, channelId } = await newPair(server.url);
    const body = JSON.stringify({ channelId, payload: payload('the last one') });
    const slow = await half(server.url, alice.token, 'enqueue', body);
    const waiting = Array.from({ length: 20 }, () => bob.post('fetch-wait', { channelId, timeoutMs: 60_000 }));
    // Answered after them, so they have arrived.
    await alice.post('channels', { peerKey: bob.key });

    if (hasGroup) server.signalGroup('SIGTERM');
    else server.signal('SIGTERM');
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
    // Another signal: the same one within half a second is the one that npm forwards.
    server.signal('SIGINT');
    const [code] = await server.ended;
    t.not(code, 0);
    t.equal(server.log.at(-1), 'ended at once by a second signal');
  },
);

t.test('a server is a lame duck for as long as it is told to: it reports that it drains, and serves all', async (t) => {
  const server = await serverProcess(t, { ...(await settings(t)), GATEHOUSE_LAME_DUCK_SECONDS: '600' });
  const { alice, bob, channelId } = await newPair(server.url);
  const waiting = bob.post('fetch-wait', { channelId, timeoutMs: 60_000 });
  server.signal('SIGTERM');
  server.signal('SIGTERM');
  await server.logged(/^draining: everything is served/);
  t.match(await (await fetch(`${server.url}/readyz`)).json(), { notReady: [{ what: 'draining' }] });
  t.equal((await alice.post('enqueue', { channelId, payload: payload('served') })).status, 200);
  t.match(await waiting, { status: 200, body: { messages: [{ payload: payload('served') }] } });
  server.signal('SIGINT');
  t.strictSame(await server.ended, [0, null], 'another signal begins the drain');
  t.ok(server.log.includes('closing; a further signal ends at once'));
});

t.test(
  'SIGHUP reads the settings again: it applies what it can, names what needs a restart, and ends nothing',
  { skip: process.platform === 'win32' && 'there is no such signal' },
  async (t) => {
    const file = join(await tempFolder(t), 'gatehouse.yaml');
    const put = (text: string) => writeFile(file, text);
    await put('mailboxMessages: 100\n');
    const env = {
      ...(await settings(t)),
      GATEHOUSE_CONFIG: file,
      GATEHOUSE_DRAIN_SECONDS: '5',
      GATEHOUSE_LOG_LEVEL: '',
    };
    const server = await serverProcess(t, env, ['--inspect-port=0']);
    const { alice, channelId } = await newPair(server.url);
    const send = () => alice.post('enqueue', { channelId, payload: payload('m') });
    t.equal((await send()).status, 200);

    await put('mailboxMessages: 1\ndrainSeconds: 1\nadminPort: 1\npluginConfig: { noop: { a: 1 } }\n');
    server.signal('SIGHUP');
    await server.logged(/^SIGHUP: the settings were read again; applied: mailboxMessages$/);
    await server.logged(/^SIGHUP: changed, and applied at the next start only: pluginConfig$/);
    t.match(await send(), { status: 409, body: { code: 'MAILBOX_FULL' } }, 'the environment still overrules the file');

    await put('mailboxMessages: 100\nrateLimit: many\n');
    server.signal('SIGHUP');
    await server.logged(/^SIGHUP: the settings are wrong, and none of them is applied: rateLimit \(.*found "many"$/);
    t.equal((await send()).status, 409, 'a file with an error changes nothing');

    for (const name of ['SIGUSR1', 'SIGUSR2'] as const) {
      server.signal(name);
      await server.logged(new RegExp(`^${name} is ignored: `));
    }
    await put('logLevel: silent\n');
    server.signal('SIGHUP');
    await server.logged(/^SIGHUP: .* applied: mailboxMessages, logLevel$/);
    t.equal((await send()).status, 200);
    t.notMatch(server.errors.join('\n'), 'Debugger', 'no signal opens a debugger');
    server.signal('SIGTERM');
    t.strictSame(await server.ended, [0, null]);
    t.match(server.log.at(-1), /logLevel$/, 'a silent log has nothing more');
  },
);
