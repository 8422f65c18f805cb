// The OpenAPI document says what the server does: every route, every answer, and examples that fit.

import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readFile } from 'node:fs/promises';
import { defaultSettings, type GateDecision, problemCodes } from '@gatehouse/server';
import { clientApiAsMarkdown } from '@gatehouse/server/internal/client-api/markdown';
import { clientRoutes } from '@gatehouse/server/internal/client-api/routes';
import { Validator } from '@seriousme/openapi-schema-validator';
import type { FastifyInstance } from 'fastify';
import t from 'tap';
import { connected, connectedPair, text } from '../support/connected.js';
import { checkOf, documentOf, objectionTo } from '../support/described.js';
import { smallServer } from '../support/small-server.js';

t.test('it is a valid document of OpenAPI 3.1, with the API shown beside it', async (t) => {
  const { url } = await smallServer(t);
  const document = await documentOf(url);
  t.match(document.openapi, /^3\.1/);
  t.match(await new Validator().validate({ ...document }), { valid: true });
  t.match(Object.keys(document.components.securitySchemes), ['bearer']);
  t.equal((await fetch(`${url}/docs`)).status, 200);
  t.strictSame(await (await fetch(`${url}/livez`)).json(), { status: 'live' });
});

t.test('every route is in it, and has what a reader looks for', async (t) => {
  const registered: string[] = [];
  const listen = (message: unknown) =>
    (message as { fastify: FastifyInstance }).fastify.addHook('onRoute', ({ method, url }) => {
      if (url.startsWith('/v1/')) registered.push(`${String(method).toLowerCase()} ${url}`);
    });
  subscribe('fastify.initialization', listen);
  const { url } = await smallServer(t);
  unsubscribe('fastify.initialization', listen);
  const { paths } = await documentOf(url);
  t.strictSame(
    clientRoutes.map(({ method, path }) => `${method.toLowerCase()} ${path}`),
    registered,
  );
  t.strictSame(
    Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`)),
    registered,
  );
  for (const [path, { post }] of Object.entries(paths)) {
    t.ok(post.summary, path);
    t.match(post.operationId, /^[a-z]+([A-Z][a-z]+)*$/, path);
    t.ok(Object.keys(post.responses).some((status) => status.startsWith('2')));
    const statuses = ['400', '413', '415', '429', '500', '503', ...(post.security?.length ? ['401'] : [])];
    for (const status of statuses) t.ok(post.responses[status], `${path} ${status}`);
  }
});

t.test('the documentation has the routes as they are; `npm run docs` writes it', async (t) => {
  const page = await readFile(new URL('../../../docs/client-api.md', import.meta.url), 'utf8');
  t.ok(page.includes(clientApiAsMarkdown(defaultSettings)));
  for (const { path } of clientRoutes) t.ok(page.includes(`POST ${path}\``), path);
});

t.test('every code of a problem is in it, with an example', async (t) => {
  const { url } = await smallServer(t);
  const { paths } = await documentOf(url);
  const shown = new Set<string>();
  for (const { post } of Object.values(paths)) {
    for (const [status, { content }] of Object.entries(post.responses)) {
      for (const [code, { value }] of Object.entries(content?.['application/problem+json']?.examples ?? {})) {
        t.match(value, { code, status: Number(status) });
        shown.add(code);
      }
    }
  }
  // A path or a method that does not exist: no route answers it.
  t.strictSame([...shown, 'NOT_FOUND', 'METHOD_NOT_ALLOWED'].sort(), Object.keys(problemCodes).sort());
});

t.test('every example fits its schema', async (t) => {
  const { url } = await smallServer(t);
  const document = await documentOf(url);
  for (const [path, { post }] of Object.entries(document.paths)) {
    const contents = [post.requestBody, ...Object.values(post.responses)].flatMap((one) =>
      Object.values(one?.content ?? {}),
    );
    for (const { schema, example, examples = {} } of contents) {
      const values = Object.values(examples).map(({ value }) => value);
      for (const value of example === undefined ? values : [example, ...values]) {
        t.equal(checkOf(document, schema)(value), '', `${path}: ${JSON.stringify(value)}`);
      }
    }
  }
});

t.test('every schema of a body has a name, and one only', async (t) => {
  const { url } = await smallServer(t);
  const { paths, components } = await documentOf(url);
  const used = new Set<string>();
  for (const { post } of Object.values(paths)) {
    for (const body of [post.requestBody, ...Object.values(post.responses)]) {
      for (const { schema } of Object.values(body?.content ?? {})) used.add(schema.$ref);
    }
  }
  const names = Object.keys(components.schemas);
  t.strictSame([...used].sort(), names.map((name) => `#/components/schemas/${name}`).sort());
  t.ok(['FetchRequest', 'FetchAnswer', 'EnqueueRequest', 'Problem'].every((name) => names.includes(name)));
  t.notOk(names.includes('FetchWaitAnswer'), 'it is that of a fetch');
  t.equal(new Set(Object.values(components.schemas).map((schema) => JSON.stringify(schema))).size, names.length);
});

t.test('what real users are answered is what the document says', async (t) => {
  const { url } = await smallServer(t, { settings: { maxPayloadBytes: 100, rateLimit: 20 }, gate });
  const document = await documentOf(url);
  const succeeded = new Set<string>();
  const failed = new Set<number>();
  const checked: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    const path = new URL(String(input)).pathname;
    if (response.ok) succeeded.add(path);
    else failed.add(response.status);
    t.equal(await objectionTo(document, path, response.clone()), '', `${path} ${response.status}`);
    return response;
  };
  await useAll(url, checked);
  for (const path of Object.keys(document.paths)) t.ok(succeeded.has(path), path);
  t.strictSame([...failed].sort(), [400, 401, 403, 404, 409, 413, 415, 422, 429]);
});

const gate = ({ payloadLen }: { readonly payloadLen: number }): GateDecision =>
  payloadLen === 13 ? { action: 'reject', reason: 'unlucky' } : { action: 'continue' };

/** Every route with what it is for, and with mistakes of every kind. */
async function useAll(url: string, fetch: typeof globalThis.fetch): Promise<void> {
  const retry = { attempts: 1 };
  const { alice, bob } = await connectedPair(url, { fetch, retry });
  const gatehouse = connected(url, { fetch, retry });
  const { channel } = alice;
  const idempotencyKey = 'one';
  const mistakes = [
    () => gatehouse.register({ username: 'alice', password: 'other' }),
    () => gatehouse.login({ username: 'alice', password: 'guess' }),
    () => alice.session.openChannel('AAAA'),
    () => alice.session.openChannel(alice.session.identityKey),
    () => alice.session.openChannel('A'.repeat(43)),
    () => alice.session.channel('A'.repeat(22)).send(text('x')),
    () => channel.send(new Uint8Array(13)),
    () => channel.send(new Uint8Array(101)),
    () => channel.send(text('another'), { idempotencyKey }),
    () => gatehouse.resume({ token: 'x', identityKey: '', expiresAt: '' }).channel(channel.id).fetch(),
  ];
  await channel.send(text('one'), { idempotencyKey, ttlSeconds: 60 });
  await channel.sendAll([text('two'), new Uint8Array(13)]);
  for (const mistake of mistakes) await mistake().catch(() => {});
  await fetch(`${url}/v1/login/start`, { method: 'POST', body: '<xml/>', headers: { 'content-type': 'text/xml' } });
  await bob.channel.fetch({ limit: 1 });
  await bob.channel.fetch({ waitMs: 10 });
  await bob.channel.acknowledge(2n);
  await Promise.allSettled(Array.from({ length: 30 }, () => bob.channel.fetch()));
  await alice.session.logout();
  await (await gatehouse.login({ username: 'alice', password: 'secret of alice' })).logoutAll();
}
