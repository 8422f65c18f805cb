// What is refused before any hook is asked: wrong shapes, sizes and types.

import { once } from 'node:events';
import { connect } from 'node:net';
import type { Store } from '@gatehouse/server';
import t from 'tap';
import { newPair, payload, post, register, startLogin } from '../support/client.js';
import { smallServer } from '../support/small-server.js';

t.test('a body of the wrong shape is a 400 that says what is wrong', async (t) => {
  const { url, asked } = await smallServer(t);
  const { alice, channelId } = await newPair(url);
  const message = { channelId, payload: payload('x') };
  const bodies = {
    'no body': undefined,
    'no object': '[]',
    'no JSON': '{"channelId":',
    'a missing member': { payload: '' },
    'an unknown member': { ...message, priority: 1 },
    'a number for a text': { ...message, payload: 1 },
    'padding in base64url': { ...message, payload: 'AA==' },
    'stray bits in base64url': { ...message, payload: 'AB' },
    'the other base64': { ...message, payload: '+/+/' },
    'a channel id that is too short': { ...message, channelId: 'AAAA' },
    'a prototype': `{"__proto__":{"sealed":true},"channelId":"${channelId}","payload":""}`,
  };
  for (const [what, body] of Object.entries(bodies)) {
    const answer = await alice.post('enqueue', body);
    t.match(answer, { status: 400, body: { code: 'INVALID_REQUEST', detail: String } }, what);
    t.match(answer.headers.get('content-type'), 'application/problem+json');
  }
  for (const after of ['-1', '01', '1.5', '18446744073709551616', 5]) {
    const answer = await alice.post('fetch', { channelId, after });
    t.match(answer, { status: 400, body: { code: 'INVALID_REQUEST' } }, `after ${after}`);
  }
  for (const limit of [0, 1_001, 1.5, '5']) {
    t.equal((await alice.post('fetch', { channelId, limit })).status, 400, `limit ${limit}`);
  }
  t.strictSame(asked, []);
});

t.test('a payload over the limit is a 413, as is a body that no message needs', async (t) => {
  const { url, asked } = await smallServer(t, { settings: { maxPayloadBytes: 1_000, maxBatchBytes: 10_000 } });
  const { alice, channelId } = await newPair(url);
  const send = (length: number) =>
    alice.post('enqueue', { channelId, payload: Buffer.alloc(length).toString('base64url') });
  t.equal((await send(1_000)).status, 200);
  t.match(await send(1_001), { status: 413, body: { code: 'PAYLOAD_TOO_LARGE', detail: '1001 > 1000 bytes' } });
  t.match(await send(5_000), { status: 413, body: { code: 'BODY_TOO_LARGE' } });
  const messages = Array.from({ length: 100 }, () => ({ channelId, payload: 'AAAA'.repeat(30) }));
  t.match(await alice.post('batch-enqueue', { messages }), { status: 413, body: { code: 'BODY_TOO_LARGE' } });
  t.equal(asked.length, 1);
});

t.test('another content type, another method and another path are told apart', async (t) => {
  const { url } = await smallServer(t);
  const response = await fetch(`${url}/v1/login/start`, { method: 'POST', body: '<xml/>' });
  t.match([response.status, await response.json()], [415, { code: 'UNSUPPORTED_MEDIA_TYPE' }]);
  t.match(await post(url, 'nowhere', {}), { status: 404, body: { code: 'NOT_FOUND' } });
  for (const method of ['GET', 'PUT', 'DELETE', 'PATCH']) {
    const init = { method, ...(method !== 'GET' && { body: '<xml/>', headers: { 'content-type': 'text/xml' } }) };
    const wrong = await fetch(`${url}/v1/login/start?x=1`, init);
    const detail = `${method} is no method of this path: it has POST, OPTIONS`;
    t.match([wrong.status, await wrong.json()], [405, { code: 'METHOD_NOT_ALLOWED', detail }]);
    t.equal(wrong.headers.get('allow'), 'POST, OPTIONS');
  }
  const livez = await post(url, '../livez', {});
  t.match([livez.status, livez.headers.get('allow')], [405, 'GET, HEAD, OPTIONS']);
  const head = await fetch(`${url}/v1/login/start`, { method: 'HEAD' });
  t.strictSame([head.status, head.headers.get('allow'), await head.text()], [405, 'POST, OPTIONS', '']);
  t.equal((await fetch(`${url}/livez`, { method: 'HEAD' })).status, 200);
  const options = await fetch(`${url}/v1/login/start`, { method: 'OPTIONS' });
  t.strictSame([options.status, options.headers.get('allow'), await options.text()], [204, 'POST, OPTIONS', '']);
  const bad = await fetch(`${url}/v1/%`);
  t.match([bad.status, await bad.json()], [400, { code: 'INVALID_REQUEST' }]);
});

t.test('all faults of a body are named at once, with their places and what was meant', async (t) => {
  const { url } = await smallServer(t);
  const { alice, channelId } = await newPair(url);
  const errorsOf = async (path: string, body: unknown) => {
    const answer = await alice.post(path, body as object);
    t.match(answer, { status: 400, body: { code: 'INVALID_REQUEST' } });
    return answer.body.errors as { pointer: string; detail: string }[];
  };
  const one = await alice.post('fetch', { channelId, limt: 5 });
  t.match(one.body, {
    detail: 'body/limt is not known here, did you mean "limit"?',
    errors: [{ pointer: '/limt', detail: 'is not known here, did you mean "limit"?' }],
  });
  const messages = [{ channelId, payload: '' }, { channelId: 'x', payload: 7, 'a/b~c': 1 }, 'text'];
  t.strictSame(await errorsOf('batch-enqueue', { messages }), [
    { pointer: '/messages/1/channelId', detail: 'must match format "channel-id"' },
    { pointer: '/messages/1/payload', detail: 'must be string' },
    {
      pointer: '/messages/1/a~1b~0c',
      detail: 'is not known here; known are channelId, payload, recipientKey, ttlSeconds, clientMessageId',
    },
    { pointer: '/messages/2', detail: 'must be object' },
  ]);
  t.strictSame(await errorsOf('fetch', { limit: 0, after: '-1' }), [
    { pointer: '', detail: "must have required property 'channelId'" },
    { pointer: '/limit', detail: 'must be >= 1' },
    {
      pointer: '/after',
      detail: 'must match format "u63": a whole number from 0 to 9223372036854775807, as a string',
    },
  ]);
  t.strictSame(await errorsOf('fetch', []), [{ pointer: '', detail: 'must be object' }]);
  t.strictSame(await errorsOf('batch-enqueue', { messages: [] }), [
    { pointer: '/messages', detail: 'must NOT have fewer than 1 items' },
  ]);
});

t.test('faults that are named are few, and short', async (t) => {
  const { url } = await smallServer(t);
  const { alice, channelId } = await newPair(url);
  const keys = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`${i}`.padEnd(700, 'x'), i]));
  const many = (await alice.post('fetch', { channelId, ...keys })).body;
  t.equal(many.errors.length, 8);
  t.ok(JSON.stringify(many).length < 2_000);
  const items = (await alice.post('batch-enqueue', { messages: Array(5_000).fill({ y: 1 }) })).body;
  t.strictSame(items.errors, [{ pointer: '/messages', detail: 'must NOT have more than 1000 items' }]);
});

t.test('a body in an encoding that is not taken is a 415 that says which is', async (t) => {
  const { url } = await smallServer(t);
  const ask = async (headers: Record<string, string>) => {
    const json = { 'content-type': 'application/json', ...headers };
    const response = await fetch(`${url}/v1/login/start`, { method: 'POST', body: '{}', headers: json });
    return [
      response.status,
      ((await response.json()) as { code: string }).code,
      response.headers.get('accept-encoding'),
    ];
  };
  const refused = [415, 'UNSUPPORTED_CONTENT_ENCODING', 'identity'];
  for (const encoding of ['gzip', 'br', 'identity, gzip', 'x'.repeat(500)]) {
    t.strictSame(await ask({ 'content-encoding': encoding }), refused, encoding);
  }
  t.strictSame(await ask({ 'content-type': 'application/json; charset=utf-16' }), [
    415,
    'UNSUPPORTED_MEDIA_TYPE',
    null,
  ]);
  const taken = [400, 'INVALID_REQUEST', null];
  t.strictSame(await ask({ 'content-encoding': 'Identity' }), taken);
  t.strictSame(await ask({ 'content-type': 'application/json; charset="UTF-8"' }), taken);
});

t.test('a login that nobody finishes is told as failed once its time is over', async (t) => {
  const { url, told, toldOf } = await smallServer(t, { settings: { loginSeconds: 1 } });
  const failed = toldOf('onAuth');
  await register(url, 'alice', 'secret');
  const { started, finishLoginRequest } = await startLogin(url, 'alice', 'secret');
  await failed;
  t.strictSame(told.onAuth, [{ username: 'alice', success: false, failureReason: 'login not finished' }]);
  const late = await post(url, 'login/finish', { loginId: started.body.loginId, finishLoginRequest });
  t.match(late, { status: 401, body: { code: 'LOGIN_FAILED' } });
});

t.test('a connection that never asks anything does not hold up a close', async (t) => {
  const { url, close, disconnected } = await smallServer(t);
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  await fetch(`${url}/livez`);
  const gone = disconnected();
  await close();
  await gone;
  socket.destroy();
});

t.test('while requests in flight are being answered, new ones are told to come again', async (t) => {
  let begin = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const wrapStore = (store: Store): Store => ({
    ...store,
    admit: (batch, limit, decide) => {
      begin();
      return store.admit(batch, limit, async (asked) => {
        await held;
        return decide(asked);
      });
    },
  });
  const { url, close, requested } = await smallServer(t, { wrapStore });
  const { alice, bob, channelId } = await newPair(url);
  const waiting = bob.post('fetch-wait', { channelId, timeoutMs: 60_000 });
  await requested();
  // A connection that is kept alive, on which the next request comes when the server is closing already.
  const port = Number(new URL(url).port);
  const [socket, early] = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')];
  early.write('GET /livez HTTP/1.1\r\nHost: gatehouse\r\n\r\n');
  await once(early, 'data');
  const chunks: string[] = [];
  socket.on('data', (chunk) => chunks.push(chunk.toString()));
  const body = JSON.stringify({ channelId, payload: '' });
  const request = [
    'POST /v1/enqueue HTTP/1.1',
    'Host: gatehouse',
    `Authorization: Bearer ${alice.token}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
  socket.write(request);
  await begun;
  const closed = close();
  // Who waits is sent home when the closing begins.
  await waiting;
  const [late] = await Promise.all([once(early, 'data'), once(early, 'close'), early.write(request)]);
  const probe = await fetch(`${url}/livez`);
  t.equal(probe.status, 200, 'it says that it is alive to those who connect meanwhile');
  release();
  await Promise.all([once(socket, 'close'), closed]);
  const received = chunks.join('');
  t.match(received, /^HTTP\/1.1 200 OK/);
  t.match(received, '{"seq":"1"}');
  t.match(received, /connection: close/i, 'nobody is invited to send more');
  t.match(String(late), /^HTTP\/1.1 503 .*connection: close.*retry-after: 1.*"code":"SHUTTING_DOWN"/is);
});
