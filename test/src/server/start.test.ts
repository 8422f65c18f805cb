// The whole server from settings alone, with a real host and real plugins.

import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { startServer } from '@gatehouse/server';
import { pino } from 'pino';
import t, { type Test } from 'tap';
import { tempFolder } from '../host/temp-folder.js';
import { login, newPair, payload } from './client.js';

const silent = pino({ level: 'silent' });

const limiter = `
  export default {
    apiVersion: 1,
    onMessageEnqueue: (event, { config }) =>
      event.payloadLen > 3 ? { action: 'reject', reason: 'no more than 3' } : { action: 'continue' },
  };
`;

async function started(t: Test, folder: string) {
  const server = await startServer(
    {
      dataFolder: join(folder, 'data'),
      plugins: [join(folder, 'plugins')],
      enabled: ['limiter'],
      port: 0,
      adminPort: 0,
      loginRateLimit: 0,
    },
    silent,
  );
  t.teardown(() => server.close());
  const admin = async (method: string, path: string, token = server.adminToken) => {
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`${server.adminUrl}${path}`, { method, headers });
    return { status: response.status, body: await response.json() };
  };
  return { ...server, admin };
}

t.test('a plugin of the folder guards the mailboxes until an operator disables it', async (t) => {
  const { url, admin } = await started(t, await tempFolder(t, { 'plugins/limiter.js': limiter }));
  const { alice, channelId } = await newPair(url);
  const send = (text: string) => alice.post('enqueue', { channelId, payload: payload(text) });
  t.match(await send('four'), { status: 403, body: { code: 'REJECTED_BY_HOOK', reason: 'no more than 3' } });
  t.match(await send('one'), { status: 200, body: { seq: '2' } });
  const messages = ['one', 'four', 'two'].map((text) => ({ channelId, payload: payload(text) }));
  t.match((await alice.post('batch-enqueue', { messages })).body.results, [
    { seq: '3' },
    { problem: { reason: 'no more than 3' } },
    { seq: '5' },
  ]);
  t.match(await admin('GET', '/plugins'), { body: { plugins: [{ name: 'limiter', state: 'ready' }] } });
  t.match(await admin('POST', '/plugins/limiter/disable'), { status: 200, body: { state: 'disabled' } });
  t.equal((await send('four')).status, 200);
  t.match(await admin('POST', '/plugins/limiter/enable'), { status: 200, body: { state: 'ready' } });
  t.equal((await send('four')).status, 403);
});

t.test('the admin token is made once and kept, the admin port asks for it', async (t) => {
  const folder = await tempFolder(t, { 'plugins/limiter.js': limiter });
  const first = await started(t, folder);
  const { alice } = await newPair(first.url);
  const file = first.adminTokenFile!;
  t.equal((await readFile(file, 'utf8')).trim(), first.adminToken);
  for (const secret of [file, join(dirname(file), 'opaque-setup')]) t.equal((await stat(secret)).mode & 0o777, 0o600);
  t.equal((await first.admin('GET', '/plugins', 'x'.repeat(43))).status, 401);
  t.equal((await first.admin('GET', '/plugins')).status, 200);
  await first.close();

  const second = await started(t, folder);
  t.equal(second.adminToken, first.adminToken);
  t.equal((await login(second.url, 'alice', alice.password)).status, 200, 'and so is the secret of OPAQUE');
});

t.test('a second server on the same folder does not start, and harms nothing', async (t) => {
  const folder = await tempFolder(t, { 'plugins/limiter.js': limiter });
  const { url } = await started(t, folder);
  await t.rejects(started(t, folder), { message: /in use by process/ });
  t.equal((await fetch(`${url}/livez`)).status, 200);
});

t.test('a server that cannot listen gives back what it had taken', async (t) => {
  const folder = await tempFolder(t, { 'plugins/limiter.js': limiter });
  const other = await tempFolder(t, { 'plugins/limiter.js': limiter });
  const { url } = await started(t, other);
  const settings = { dataFolder: join(folder, 'data'), plugins: [], enabled: [], adminPort: 0 };
  await t.rejects(startServer({ ...settings, port: Number(new URL(url).port) }, silent), { code: 'EADDRINUSE' });
  const now = await startServer({ ...settings, port: 0 }, silent);
  await now.close();
});
