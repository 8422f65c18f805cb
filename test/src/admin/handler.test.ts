// The admin API as a plain handler, and operators that the embedding server names.

import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type AdminHandlerOptions, type AdministeredHost, adminApi, adminHandler } from '@gatehouse/host/admin';
import { requireOperator } from '@gatehouse/host/internal/admin/authorize';
import { loadFastify } from '@gatehouse/host/internal/admin/fastify-peer';
import fastify from 'fastify';
import t, { type Test } from 'tap';
import { LogLines } from '../support/log-lines.js';
import { type Ask, askOf, coded, isProblem, plugin, smallHost, token } from '../support/small-host.js';

const alice = { authorize: () => 'alice' };
const post = { method: 'POST' };

/** Starts a plain server with the handler on a free port. */
async function handled(
  t: Test,
  host: AdministeredHost,
  options: AdminHandlerOptions,
  wrap: (handler: RequestListener) => RequestListener = (handler) => handler,
): Promise<Ask> {
  const handler = adminHandler(host, options);
  return listening(t, wrap(handler), () => handler.close());
}

async function listening(t: Test, listener: RequestListener, close = async () => {}): Promise<Ask> {
  const server = createServer(listener);
  t.teardown(async () => {
    await close();
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return askOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

t.test('a server without fastify has the routes of the admin API by a handler', async (t) => {
  const ask = await handled(t, smallHost(plugin('limiter')), { token });
  t.match(await ask('/health', { headers: {} }), { status: 200, body: { ok: true } });
  t.match(await ask('/plugins'), { status: 200, body: { plugins: [{ name: 'limiter' }] } });
  t.match(await ask('/plugins/limiter?verbose', { headers: {} }), { status: 401 });
  const headers = { authorization: `Bearer ${token}` };
  t.match(await ask('/plugins/limiter/enable', { ...post, headers }), { status: 200, body: { state: 'ready' } });
  isProblem(t, await ask('/nowhere'), 404, 'ROUTE_UNKNOWN');
  isProblem(t, await ask('/plugins', { ...post, headers }), 405, 'METHOD_NOT_ALLOWED');
  isProblem(t, await ask('/plugins/%ff'), 400, 'REQUEST_INVALID');
});

t.test('the handler serves below a prefix, whether or not a framework has taken it off', async (t) => {
  const options = { ...alice, prefix: '/ops/admin/' };
  const ask = await handled(t, smallHost(), options);
  for (const path of ['/ops/admin/plugins', '/ops/admin/plugins?all', '/ops/admin/health']) {
    t.match(await ask(path), { status: 200 }, path);
  }
  for (const path of ['/ops/admin', '/plugins', '/ops/administrator/plugins', '/']) {
    const answer = await ask(path);
    isProblem(t, answer, 404, 'ROUTE_UNKNOWN');
    t.equal(answer.body.detail, `GET ${path} leads nowhere.`, 'with the path that was asked for');
  }
  const refusing = await handled(t, smallHost(), { authorize: () => undefined, prefix: '/ops/admin' });
  t.match(await refusing('/ops/admin/plugins'), { status: 401 });
  t.match(await refusing('/ops/administrator/plugins'), { status: 404 }, 'nobody is asked about paths of others');
  const mounted = await handled(t, smallHost(), options, (handler) => (request, response) => {
    Object.assign(request, { originalUrl: request.url, url: request.url?.slice('/ops/admin'.length) });
    handler(request, response);
  });
  t.match(await mounted('/ops/admin/plugins'), { status: 200 });
});

t.test('a body that another framework has read is not waited for', async (t) => {
  const bodies: string[] = [];
  const ask = await handled(t, smallHost(plugin('limiter')), alice, (handler) => async (request, response) => {
    bodies.push(await text(request));
    handler(request, response);
  });
  const enable = (init: RequestInit) => ask('/plugins/limiter/enable', { ...post, ...init });
  t.match(await enable({}), { status: 200 });
  t.match(await enable({ body: '{}', headers: { 'content-type': 'application/json' } }), { status: 200 });
  const chunks = new Blob(['{', '}']).stream();
  t.match(await enable({ body: chunks, duplex: 'half' } as RequestInit), { status: 200 });
  t.strictSame(bodies, ['', '{}', '{}']);
});

t.test('a body that nobody has read is ignored, and a large one refused', async (t) => {
  const ask = await handled(t, smallHost(plugin('limiter')), alice);
  t.match(await ask('/plugins/limiter/enable', { ...post, body: '{}' }), { status: 200 });
  isProblem(t, await ask('/plugins/limiter/enable', { ...post, body: 'x'.repeat(100_000) }), 413, 'REQUEST_INVALID');
});

t.test('an admin API without a way to know operators, or with two, is refused when it is made', async (t) => {
  const refused: readonly (readonly [options: object, words: RegExp])[] = [
    [{}, /needs an option `token` or `authorize`/],
    [{ token, ...alice }, /not both/],
    [{ token: 'fifteen letters' }, /at least 16 characters/],
    [{ token: 16 }, /must be text/],
    [{ authorize: 'alice' }, /must be a function/],
    [{ ...alice, prefix: 'admin' }, /`prefix` .* must be a path/],
  ];
  for (const [options, message] of refused) {
    t.throws(() => adminHandler(smallHost(), options as never), { code: 'OPTIONS_INVALID', message });
    if ('prefix' in options) continue;
    const app = fastify();
    const registered = Promise.resolve(app.register(adminApi, { host: smallHost(), ...options } as never));
    await t.rejects(registered, { code: 'OPTIONS_INVALID', message });
    await app.close();
  }
});

t.test('a handler without fastify is refused when it is made, with the remedy', async (t) => {
  const missing = () => {
    throw coded('MODULE_NOT_FOUND', "Cannot find module 'fastify'");
  };
  t.throws(() => loadFastify(missing), {
    code: 'FASTIFY_MISSING',
    message: /not installed: run `npm install fastify@5`/,
  });
  t.throws(() => loadFastify(() => ({ fastify })), { code: 'FASTIFY_MISSING', message: /too old/ });
});

t.test('the operator whom the server names stands in the log line of each change', async (t) => {
  const log = new LogLines();
  const authorize = async ({ headers }: IncomingMessage) => String(headers['x-user']);
  const host = { ...smallHost(plugin('limiter')), logger: log.logger };
  const ask = await handled(t, host, { authorize });
  for (const [user, path] of [
    ['alice', '/plugins/limiter/enable'],
    ['bob', '/plugins/limiter/disable'],
    ['carol', '/plugins/nobody/enable'],
    ['dora', '/plugins/rescan'],
    ['x'.repeat(1_000), '/plugins/limiter/disable'],
  ] as const) {
    await ask(path, { ...post, headers: { 'x-user': user } });
  }
  t.match(log.of(/^an operator/), [
    { by: 'alice', plugin: 'limiter', outcome: 'ready', msg: 'an operator enabled a plugin' },
    { by: 'bob', plugin: 'limiter', outcome: 'disabled', msg: 'an operator disabled a plugin' },
    { by: 'carol', plugin: 'nobody', outcome: 'PLUGIN_UNKNOWN', msg: 'an operator could not enable a plugin' },
    { by: 'dora', changed: 0, msg: 'an operator had the plugin folders scanned' },
    { by: /^x{256}…$/ },
  ]);
});

t.test('a change by the token is logged as one, and without the token', async (t) => {
  const log = new LogLines();
  const ask = await handled(t, smallHost(plugin('limiter')), { token, logger: log.logger });
  await ask('/plugins/limiter/enable', { ...post, headers: { authorization: `Bearer ${token}` } });
  t.match(log.of(/^an operator/), [{ by: 'admin token', plugin: 'limiter' }]);
  t.notMatch(JSON.stringify(log.all), token);
});

t.test('a request without an operator is refused on every route but health, and nothing is done', async (t) => {
  for (const nobody of [undefined, null, false, '', Promise.resolve(undefined)] as const) {
    const host = smallHost(plugin('limiter'));
    const ask = await handled(t, host, { authorize: () => nobody });
    for (const path of ['/plugins', '/plugins/limiter', '/nowhere']) isProblem(t, await ask(path), 401, 'UNAUTHORIZED');
    isProblem(t, await ask('/plugins/limiter/enable', post), 401, 'UNAUTHORIZED');
    t.match(await ask('/health'), { status: 200 });
    t.match(await host.get('limiter'), { enabled: false });
  }
});

const secret = 'the password is hunter2';
const failing: readonly (readonly [what: string, authorize: () => unknown, logged: RegExp])[] = [
  [
    'throws',
    () => {
      throw new Error(secret);
    },
    /hunter2/,
  ],
  ['rejects', async () => Promise.reject(new Error(secret)), /hunter2/],
  [
    'throws an error with a code of the admin API',
    () => {
      throw coded('PLUGIN_UNKNOWN', secret);
    },
    /hunter2/,
  ],
  [
    'throws an error with a status',
    () => {
      throw Object.assign(new Error(secret), { statusCode: 403 });
    },
    /hunter2/,
  ],
  [
    'throws what is no error',
    () => {
      throw secret;
    },
    /hunter2/,
  ],
  ['returns what is no name', () => true, /returned boolean, not a name or nothing/],
  ['returns an object', () => ({ name: 'alice' }), /returned object, not a name or nothing/],
];

for (const [what, authorize, logged] of failing) {
  t.test(`an authorization that ${what} admits nobody, and only the log has the reason`, async (t) => {
    const log = new LogLines();
    const host = { ...smallHost(plugin('limiter')), logger: log.logger };
    const ask = await handled(t, host, { authorize: authorize as never });
    const answer = await ask('/plugins/limiter/enable', post);
    isProblem(t, answer, 500, 'INTERNAL');
    t.notMatch(JSON.stringify(answer.body), 'hunter2');
    t.match(JSON.stringify(log.of(/^an admin request failed/)), logged);
    t.match(await host.get('limiter'), { enabled: false });
  });
}

t.test('an authorization that does not answer ends with its deadline', async (t) => {
  const guard = requireOperator(() => new Promise(() => {}), 1);
  const request = { method: 'GET', headers: {} };
  await t.rejects(guard.call(undefined as never, request as never, undefined as never), {
    code: 'INTERNAL',
    cause: { message: 'authorize failed: authorize did not answer within 1 ms' },
  });
});

t.test('a page of another site cannot have a browser change plugins with its cookies', async (t) => {
  const host = smallHost(plugin('limiter'));
  const log: (string | undefined)[] = [];
  const ask = await handled(t, host, {
    authorize: ({ headers }) => {
      log.push(headers.cookie);
      return 'alice';
    },
  });
  const cookie = 'session=of-alice';
  for (const foreign of [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://elsewhere.example' },
    { origin: 'null' },
  ]) {
    const answer = await ask('/plugins/limiter/enable', { ...post, headers: { cookie, ...foreign } });
    isProblem(t, answer, 403, 'CROSS_ORIGIN');
  }
  t.strictSame(log, [], 'nobody was asked');
  t.match(await host.get('limiter'), { enabled: false });
  t.match(await ask('/plugins', { headers: { cookie, 'sec-fetch-site': 'cross-site' } }), { status: 200 });
  for (const own of [{ 'sec-fetch-site': 'same-origin' }, { 'sec-fetch-site': 'none' }, {}]) {
    t.match(await ask('/plugins/limiter/enable', { ...post, headers: { cookie, ...own } }), { status: 200 });
  }
});

t.test('a handler whose host closes answers everything with 503', async (t) => {
  const listeners = new Set<() => void>();
  const onClose = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const ask = await handled(t, { ...smallHost(plugin('limiter')), onClose }, alice);
  t.match(await ask('/plugins'), { status: 200 });
  for (const listener of [...listeners]) listener();
  for (const path of ['/plugins', '/health', '/nowhere']) isProblem(t, await ask(path), 503, 'HOST_CLOSED');
  t.equal(listeners.size, 0);
});
