// The routes of the admin API that show and switch plugins, over real HTTP.

import fastify, { type FastifyBaseLogger } from 'fastify';
import t from 'tap';
import { LogLines } from '../support/log-lines.js';
import { coded, isProblem, plugin, prefix, served, smallHost, token } from '../support/small-host.js';

const plugins = `${prefix}/plugins`;

t.test('all plugins are listed with state, reason, generation, hooks and counters', async (t) => {
  const broken = plugin('broken', { state: 'invalid', reason: 'missing entry' });
  const ready = plugin('limiter', { enabled: true, state: 'ready', generation: 3, hooks: ['onMessageEnqueue'] });
  const ask = await served(t, smallHost(broken, ready));
  const { status, body } = await ask(plugins);
  t.equal(status, 200);
  t.same(body, { plugins: [broken, ready] });
});

t.test('one plugin is shown as in the list', async (t) => {
  const limiter = plugin('limiter');
  const ask = await served(t, smallHost(limiter));
  t.same((await ask(`${plugins}/limiter`)).body, limiter);
});

t.test('a counter that the admin API does not know is passed on', async (t) => {
  const limiter = plugin('limiter');
  const counting = { ...limiter, counters: { ...limiter.counters, shadowed: 5 } };
  const ask = await served(t, smallHost(counting));
  t.match((await ask(`${plugins}/limiter`)).body, { counters: { shadowed: 5, faults: { 'timed-out': 0 } } });
});

t.test('what a host knows of a plugin beyond the answer stays with the host', async (t) => {
  const ask = await served(t, smallHost({ ...plugin('limiter'), config: { secret: 'hunter2' } } as never));
  t.notMatch(JSON.stringify((await ask(`${plugins}/limiter`)).body), 'hunter2');
});

t.test('enable and disable switch a plugin and answer how it is now', async (t) => {
  const ask = await served(t, smallHost(plugin('limiter')));
  const on = await ask(`${plugins}/limiter/enable`, { method: 'POST', headers: authorized() });
  t.equal(on.status, 200);
  t.match(on.body, { enabled: true, state: 'ready', generation: 1, hooks: ['onMessageEnqueue'] });
  const off = await ask(`${plugins}/limiter/disable`, { method: 'POST', headers: authorized() });
  t.match(off.body, { enabled: false, state: 'disabled' });
  t.match((await ask(`${plugins}/limiter`)).body, { enabled: false });
});

t.test('a rescan answers all plugins and what it changed', async (t) => {
  const limiter = plugin('limiter');
  const changed = [
    { plugin: 'limiter', from: 'missing', to: 'ready', reason: '' },
    { plugin: 'gone', from: 'disabled', reason: '' },
  ] as const;
  const ask = await served(t, { ...smallHost(), rescan: async () => ({ plugins: [limiter], changed: [...changed] }) });
  const answer = await ask(`${plugins}/rescan`, { method: 'POST', headers: authorized() });
  t.equal(answer.status, 200);
  t.same(answer.body, { plugins: [limiter], changed });
});

t.test('a disable that could not be stored is answered with why', async (t) => {
  const limiter = plugin('limiter', { notRemembered: 'the disk is full' });
  const ask = await served(t, { ...smallHost(), disable: async () => limiter });
  const answer = await ask(`${plugins}/limiter/disable`, { method: 'POST', headers: authorized() });
  t.equal(answer.status, 200);
  t.same(answer.body, limiter);
});

t.test('enable and disable may be asked for twice', async (t) => {
  const ask = await served(t, smallHost(plugin('limiter')));
  for (const step of ['enable', 'enable', 'disable', 'disable']) {
    t.equal((await ask(`${plugins}/limiter/${step}`, { method: 'POST', headers: authorized() })).status, 200, step);
  }
});

const bodies: readonly (readonly [what: string, type: string | undefined, body: string | undefined])[] = [
  ['no body and no content type', undefined, undefined],
  ['no body and a content type of JSON', 'application/json', undefined],
  ['an empty form, as curl sends it', 'application/x-www-form-urlencoded', ''],
  ['an empty body of JSON', 'application/json', ''],
  ['an empty object', 'application/json', '{}'],
  ['bytes', 'application/octet-stream', 'anything'],
];

for (const [what, type, body] of bodies) {
  t.test(`a POST with ${what} is taken`, async (t) => {
    const ask = await served(t, smallHost(plugin('limiter')));
    const headers = authorized(type === undefined ? {} : { 'content-type': type });
    const init = body === undefined ? {} : { body };
    t.equal((await ask(`${plugins}/limiter/enable`, { method: 'POST', headers, ...init })).status, 200);
  });
}

t.test('a body that is large is refused, not read', async (t) => {
  const ask = await served(t, smallHost(plugin('limiter')));
  const init = { method: 'POST', headers: authorized(), body: 'x'.repeat(100_000) };
  isProblem(t, await ask(`${plugins}/limiter/enable`, init), 413, 'REQUEST_INVALID');
});

t.test('an unknown plugin is a problem of its own on every route', async (t) => {
  const ask = await served(t, smallHost());
  isProblem(t, await ask(`${plugins}/nobody`), 404, 'PLUGIN_UNKNOWN');
  for (const step of ['enable', 'disable']) {
    const answer = await ask(`${plugins}/nobody/${step}`, { method: 'POST', headers: authorized() });
    isProblem(t, answer, 404, 'PLUGIN_UNKNOWN');
    t.equal(answer.body.detail, 'there is no plugin nobody');
  }
});

const failures: readonly (readonly [code: string, status: number])[] = [
  ['PLUGIN_INVALID', 409],
  ['PLUGIN_CONFIG_INVALID', 409],
  ['PLUGIN_NOT_STARTED', 502],
  ['STATE_FILE_WRITE_FAILED', 500],
  ['HOST_CLOSED', 503],
];

for (const [code, status] of failures) {
  t.test(`a host that fails with ${code} is answered as ${status}, with what the host says of it`, async (t) => {
    const enable = async () => Promise.reject(coded(code, 'this is why'));
    const ask = await served(t, { ...smallHost(), enable });
    const answer = await ask(`${plugins}/limiter/enable`, { method: 'POST', headers: authorized() });
    isProblem(t, answer, status, code);
    t.equal(answer.body.detail, 'this is why');
  });
}

t.test('an error that nobody foresaw is told in the log, and not to the client', async (t) => {
  const lines: string[] = [];
  const app = fastify({ logger: { stream: { write: (line) => void lines.push(line) } } });
  const list = async () => Promise.reject(new Error('the password is hunter2'));
  const ask = await served(t, { ...smallHost(), list }, app);
  const answer = await ask(plugins);
  isProblem(t, answer, 500, 'INTERNAL');
  t.notMatch(JSON.stringify(answer.body), 'hunter2');
  t.match(lines.join(''), 'hunter2');
  t.notMatch(lines.join(''), token, 'the token is in no log line');
});

t.test('a route that does not exist is a problem too', async (t) => {
  const ask = await served(t, smallHost(plugin('limiter')));
  isProblem(t, await ask(`${plugins}/limiter/explode`), 404, 'ROUTE_UNKNOWN');
  const wrong = await ask(`${plugins}/limiter`, { method: 'DELETE', headers: authorized() });
  isProblem(t, wrong, 405, 'METHOD_NOT_ALLOWED');
  t.equal(wrong.body.detail, 'DELETE is no method of this path: it has GET, HEAD, OPTIONS.');
  const enable = await ask(`${plugins}/limiter/enable`, { headers: authorized() });
  isProblem(t, enable, 405, 'METHOD_NOT_ALLOWED');
});

t.test('the rest of the server keeps its own errors, bodies and unknown routes', async (t) => {
  const app = fastify();
  app.post('/echo', async ({ body }) => ({ body }));
  app.get('/fails', async () => Promise.reject(coded('PLUGIN_UNKNOWN', 'not of the admin API')));
  const ask = await served(t, smallHost(), app);
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"a":1}' };
  t.same((await ask('/echo', init)).body, { body: { a: 1 } });
  t.equal((await ask('/fails')).status, 500);
  t.match((await ask('/nowhere')).body, { error: 'Not Found' });
});

t.test('every route says what it does and answers, for OpenAPI', async (t) => {
  const app = fastify();
  const told: string[] = [];
  app.addHook('onRoute', ({ method, url, schema }) => {
    if (method === 'HEAD') return;
    t.match(schema, { summary: /./, tags: [/./], response: { 200: { type: 'object' } } }, url);
    told.push(`${method} ${url}`);
  });
  await served(t, smallHost(), app);
  t.same(told.sort(), [
    'GET /admin/health',
    'GET /admin/plugins',
    'GET /admin/plugins/:name',
    'POST /admin/plugins/:name/disable',
    'POST /admin/plugins/:name/enable',
    'POST /admin/plugins/rescan',
  ]);
});

function authorized(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { authorization: `Bearer ${token}`, ...more };
}

t.test('a plugin that cannot be started is no failure of the server’s, and not logged as one', async (t) => {
  const log = new LogLines();
  const refuse = async () => Promise.reject(coded('PLUGIN_NOT_STARTED', 'a could not be started: no licence'));
  const app = fastify({ loggerInstance: log.logger as FastifyBaseLogger });
  const ask = await served(t, { ...smallHost(plugin('a')), enable: refuse }, app);
  isProblem(t, await ask(`${prefix}/plugins/a/enable`, { method: 'POST' }), 502, 'PLUGIN_NOT_STARTED');
  t.strictSame(log.of(/failed/), []);
});
