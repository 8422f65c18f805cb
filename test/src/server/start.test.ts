// The whole server from settings alone, with a real host and real plugins.

import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { defaultSettings, type Server, type Settings, startServer } from '@gatehouse/server';
import { expectTypeOf } from 'expect-type';
import { type Logger, pino } from 'pino';
import t, { type Test } from 'tap';
import { all, mailbox } from '../store-contract/small-messages.js';
import { admitAll, offerOf } from '../support/admit-all.js';
import { login, newPair, payload } from '../support/client.js';
import { LogLines } from '../support/log-lines.js';
import { tempFolder } from '../support/temp-folder.js';
import { storeIn } from './small-store.js';

const silent = pino({ level: 'silent' });

const limiter = `
  export default {
    apiVersion: 1,
    onMessageEnqueue: (event, { config }) =>
      event.payloadLen > 3 ? { action: 'reject', reason: 'no more than 3' } : { action: 'continue' },
  };
`;

async function started(t: Test, folder: string, more: Partial<Settings> = {}, logger: Logger = silent) {
  const server = await startServer(
    {
      dataFolder: join(folder, 'data'),
      plugins: [join(folder, 'plugins')],
      enabled: ['limiter'],
      port: 0,
      adminPort: 0,
      loginRateLimit: 0,
      ...more,
    },
    logger,
  );
  t.teardown(() => server.close());
  const admin = async (method: string, path: string, token = server.adminToken) => {
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`${server.adminUrl}${path}`, { method, headers });
    // biome-ignore lint/suspicious/noExplicitAny: the tests say what they expect of it
    return { status: response.status, body: (await response.json()) as any };
  };
  return { ...server, admin };
}

t.test('operators choose what a plugin lives in, and its priority', async (t) => {
  const plugin = `import { getPriority } from 'node:os';
    export default { start: ({ log }) => log.info({ priority: getPriority() }, 'up'), onFetch() {} };`;
  const log = new LogLines();
  const folder = await tempFolder(t, { 'plugins/limiter.js': plugin });
  const settings = { isolation: { limiter: 'process' }, observerNiceness: 19 } as const;
  const { admin } = await started(t, folder, settings, log.logger);
  t.match(await admin('GET', '/plugins'), { body: { plugins: [{ name: 'limiter', isolation: 'process' }] } });
  const [line] = await log.until('up');
  if (process.platform === 'linux') t.match(line, { fields: { priority: 19 } });
});

t.test('localhost is one listener, so that all of its limits hold', async (t) => {
  const folder = await tempFolder(t, { 'plugins/limiter.js': limiter });
  const { url, adminUrl } = await started(t, folder, { address: 'localhost', adminAddress: 'localhost' });
  t.match([url, adminUrl], [/^http:\/\/127\.0\.0\.1:/, /^http:\/\/127\.0\.0\.1:/]);
});

for (const gateMode of ['blocking', 'async'] as const) {
  t.test(`${gateMode}: a plugin of the folder guards the mailboxes until an operator disables it`, async (t) => {
    const { url, admin } = await started(t, await tempFolder(t, { 'plugins/limiter.js': limiter }), { gateMode });
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
}

t.test(
  'a guard that operators named and that is missing keeps the server out of service until it is disabled',
  async (t) => {
    const folder = await tempFolder(t, { 'plugins/limiter.js': limiter });
    const { url, adminUrl, admin } = await started(t, folder, { enabled: ['limiter', 'limitre'] });
    const { alice, channelId } = await newPair(url);
    const send = () => alice.post('enqueue', { channelId, payload: payload('one') });
    t.match(await send(), { status: 503, body: { code: 'HOOK_UNAVAILABLE' } });
    t.match(await admin('GET', '/health'), {
      body: {
        ok: false,
        status: 'failing',
        plugins: { ready: 1, missing: 1 },
        conditions: [{ name: 'plugin-missing', plugin: 'limitre', makesUnready: true }],
      },
    });
    const ready = await fetch(`${url}/readyz`);
    t.equal(ready.status, 503);
    t.notMatch(await ready.text(), 'limitre');
    t.match(await (await fetch(`${adminUrl}/readyz`)).json(), {
      notReady: [{ what: 'plugin', condition: 'plugin-missing', plugin: 'limitre' }],
    });
    t.match(await admin('POST', '/plugins/limitre/disable'), { status: 200, body: { enabled: false } });
    t.equal((await send()).status, 200);
    t.equal((await fetch(`${url}/readyz`)).status, 200);
    t.match(await admin('POST', '/plugins/rescan'), {
      body: { plugins: [{ name: 'limiter' }], changed: [{ plugin: 'limitre' }] },
    });
  },
);

t.test('plugins that are enabled by default alone are not missed where they are not found', async (t) => {
  const folder = await tempFolder(t, { 'plugins/limiter.js': limiter });
  const { enabled: _, ...settings } = { ...defaultSettings, dataFolder: join(folder, 'data') };
  const places = { plugins: [join(folder, 'plugins')], port: 0, adminPort: 0 };
  for (const given of [settings, { ...settings, enabled: defaultSettings.enabled }]) {
    // Closes at the end of the block, or the next one would find the data folder taken.
    await using server = await startServer({ ...given, ...places }, silent);
    t.match(await server.host.list(), [{ name: 'limiter', enabled: false }]);
    t.same(server.host.conditions(), []);
    expectTypeOf<Server>().toExtend<AsyncDisposable>();
  }
});

/** Cannot say anything of messages of 4 bytes and over. */
const unsure = limiter.replace("{ action: 'reject', reason: 'no more than 3' }", 'undefined');

t.test('what a plugin cannot say is let pass, refused or deferred as the settings have it', async (t) => {
  const folder = await tempFolder(t, { 'plugins/unsure.js': unsure });
  const cause = 'bad-verdict';
  const answers = {
    continue: { status: 200, body: { seq: '1' } },
    reject: { status: 403, body: { code: 'REJECTED_BY_HOOK', reason: 'a plugin could not decide', cause } },
    defer: { status: 503, body: { code: 'HOOK_UNAVAILABLE' } },
  } as const;
  for (const [policy, answer] of Object.entries(answers) as [keyof typeof answers, object][]) {
    const dataFolder = join(folder, policy);
    const policies = { unsure: { [cause]: policy } };
    const { url, close } = await started(t, folder, { enabled: ['unsure'], dataFolder, policies });
    const { alice, channelId } = await newPair(url);
    const answered = await alice.post('enqueue', { channelId, payload: payload('four') });
    t.match(answered, answer);
    t.equal(answered.headers.get('retry-after'), policy === 'defer' ? '1' : null);
    t.notMatch(JSON.stringify(answered.body), 'unsure', 'which plugin it was is not for clients');
    await close();
  }
});

t.test('what was let through without a verdict is found by operators in the log and in the store', async (t) => {
  const folder = await tempFolder(t, { 'plugins/unsure.js': unsure });
  const log = new LogLines();
  const settings = { enabled: ['unsure'], policies: { unsure: 'continue' } } as const;
  const { url, admin, close } = await started(t, folder, settings, log.logger);
  const { alice, bob, channelId } = await newPair(url);
  const messages = ['one', 'four', 'five'].map((text) => ({ channelId, payload: payload(text) }));
  await alice.post('batch-enqueue', { messages });
  const channel = Buffer.from(channelId, 'base64url').toString('hex');
  const lines = log.all.filter(({ audit }) => audit === true);
  t.match(lines, [
    { channelId: channel, seq: '2', plugin: 'unsure', generation: 1, cause: 'bad-verdict' },
    { channelId: channel, seq: '3', plugin: 'unsure', generation: 1, cause: 'bad-verdict' },
  ]);
  t.equal(lines.length, 2);
  const found = await admin('GET', '/messages/admitted?plugin=unsure&limit=1');
  const message = { channelId: channel, recipientKey: bob.bytes.toString('hex'), admittedWithout: ['unsure'] };
  t.match(found, { status: 200, body: { messages: [{ ...message, seq: '2', storedAt: /Z$/ }], next: /./ } });
  const rest = await admin('GET', `/messages/admitted?after=${found.body.next}`);
  t.match(rest.body, { messages: [{ ...message, seq: '3' }], next: undefined });
  t.equal(rest.body.messages.length, 1);
  t.match(await admin('GET', '/plugins/unsure'), {
    body: { policy: { crashed: 'continue' }, counters: { admitted: { 'bad-verdict': 2 } } },
  });
  const fetched = await bob.post('fetch', { channelId });
  t.equal(fetched.body.messages.length, 3);
  t.notMatch(JSON.stringify(fetched.body), /unsure|admitted/, 'which is not for clients');
  await bob.post('ack', { channelId, upTo: '2' });
  t.match((await admin('GET', '/messages/admitted')).body.messages, [{ seq: '3' }]);
  t.match(await admin('GET', '/messages/admitted?limit=0'), { status: 400, body: { code: 'REQUEST_INVALID' } });
  t.match(await admin('GET', '/messages/admitted?limt=1'), {
    status: 400,
    body: { code: 'REQUEST_INVALID', detail: 'querystring/limt is not known here, did you mean "limit"?' },
  });
  t.equal((await admin('GET', '/messages/admitted', 'x'.repeat(43))).status, 401);
  t.match(await admin('GET', '/message'), { status: 404, body: { code: 'NOT_FOUND' } }, 'a problem like all others');
  for (const path of ['/plugins', '/plugins/unsure', '/messages/admitted', '/readyz']) {
    t.match(await admin('DELETE', path), {
      status: 405,
      body: { code: 'METHOD_NOT_ALLOWED', detail: /GET, HEAD, OPT/ },
    });
  }
  t.match(await admin('GET', '/plugins/unsure/enable'), { status: 405, body: { detail: /it has POST, OPTIONS$/ } });
  await close();
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

t.test('what has expired is gone when the server has started', async (t) => {
  const folder = await tempFolder(t, { 'plugins/limiter.js': limiter });
  await (await started(t, folder)).close();
  const before = await storeIn(t, join(folder, 'data', 'store'), () => 0);
  const hash = Buffer.alloc(32, 1);
  await before.addSession(hash, { username: 'alice', identityKey: Buffer.alloc(32), openedAt: 0, expiresAt: 1 });
  await admitAll(before, [offerOf(mailbox(1), 'x', 1)]);
  await before.close();
  // A close waits for the removal, which begins with the start.
  await (await started(t, folder)).close();
  const after = await storeIn(t, join(folder, 'data', 'store'), () => 0);
  t.equal(await after.session(hash), undefined);
  t.strictSame(await after.fetch(mailbox(1), all), []);
});
