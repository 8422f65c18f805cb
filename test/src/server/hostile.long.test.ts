// Clients that mean harm, on raw connections: each gets a clear answer, and leaves nothing behind.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import t, { type Test } from 'tap';
import { newPair, newUser, payload, post } from '../support/client.js';
import { smallServer } from '../support/small-server.js';

/** All that comes back of what is written, until the server ends the connection. */
async function answerTo(t: Test, url: string, text: string): Promise<string> {
  const socket = open(t, url);
  socket.write(text);
  return received(socket);
}

function open(t: Test, url: string): Socket {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => {});
  t.teardown(() => socket.destroy());
  return socket;
}

async function received(socket: Socket): Promise<string> {
  const chunks: string[] = [];
  socket.on('data', (chunk) => chunks.push(chunk.toString()));
  await once(socket, 'close');
  return chunks.join('');
}

const head = (more: readonly string[]) =>
  ['POST /v1/login/start HTTP/1.1', 'Host: x', 'Content-Type: application/json', ...more, '', ''].join('\r\n');

t.test('a head or a body that never ends is ended, with a 408', async (t) => {
  const { url } = await smallServer(t, { settings: { requestSeconds: 1, headersSeconds: 1 } });
  const slow = [
    'POST /v1/enqueue HTTP/1.1\r\nHost: x\r\nX-Slow: ',
    head(['Content-Length: 1000']),
    head(['Transfer-Encoding: chunked']),
  ];
  for (const answer of await Promise.all(slow.map((text) => answerTo(t, url, text)))) {
    t.match(answer, /^HTTP\/1.1 408 Request Timeout\r\n/);
    t.match(answer, '"code":"REQUEST_TIMEOUT"');
  }
});

t.test('what is not HTTP, or has too large or too many headers, is told so', async (t) => {
  const { url } = await smallServer(t);
  const many = Array.from({ length: 150 }, (_, i) => `X-${i}: 1`);
  const cases = [
    ['\x16\x03\x01\x02\x00', 400, 'INVALID_REQUEST'],
    ['GET / SMTP/1.1\r\n\r\n', 400, 'INVALID_REQUEST'],
    [head(['Content-Length: -1']), 400, 'INVALID_REQUEST'],
    [head(['Content-Length: 99999999999999999999']), 400, 'INVALID_REQUEST'],
    [head(['Content-Length: 1', 'Transfer-Encoding: chunked']), 400, 'INVALID_REQUEST'],
    [`${head(['Transfer-Encoding: chunked', 'Connection: close'])}zz\r\n`, 400, 'INVALID_REQUEST'],
    [head([`X-Large: ${'x'.repeat(40_000)}`]), 431, 'HEADERS_TOO_LARGE'],
    [`${head([...many, 'Content-Length: 2', 'Connection: close'])}{}`, 431, 'HEADERS_TOO_LARGE'],
    ['POST /v1/login/start HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'INVALID_REQUEST'],
    [head(['Content-Length: 20000', 'Connection: close']), 413, 'BODY_TOO_LARGE'],
    [`${head(['hOST: y', 'Content-Length: 2', 'Connection: close'])}{}`, 400, 'INVALID_REQUEST'],
    [`${head(['Host: x', 'Content-Length: 2', 'Connection: close'])}{}`, 400, 'INVALID_REQUEST'],
    ['GET /livez HTTP/1.1\r\nHost: x\r\nHost: x\r\nConnection: close\r\n\r\n', 400, 'INVALID_REQUEST'],
  ] as const;
  for (const [text, status, code] of cases) {
    const answer = await answerTo(t, url, text);
    t.match(answer, new RegExp(`^HTTP/1.1 ${status} `), JSON.stringify(text.slice(0, 60)));
    t.match(answer, `"code":"${code}"`);
    t.match(answer, 'application/problem+json');
  }
});

t.test('a body that is expected to be refused is refused before it is asked for', async (t) => {
  const { url } = await smallServer(t, { settings: { rateLimit: 1 } });
  const { alice } = await newPair(url);
  const expecting = (path: string, more: readonly string[]) =>
    [`POST /v1/${path} HTTP/1.1`, 'Host: x', 'Expect: 100-continue', ...more, '', ''].join('\r\n');
  const json = ['Content-Type: application/json', 'Content-Length: 2'];
  const token = `Authorization: Bearer ${alice.token}`;
  const cases = [
    [expecting('fetch', json), 401, 'UNAUTHENTICATED'],
    [expecting('nowhere', json), 404, 'NOT_FOUND'],
    [expecting('login/start', ['Content-Type: application/json', 'Content-Length: 20000']), 413, 'BODY_TOO_LARGE'],
    [expecting('login/start', ['Content-Type: text/xml', 'Content-Length: 2']), 415, 'UNSUPPORTED_MEDIA_TYPE'],
    [expecting('login/start', [...json, 'Content-Encoding: gzip']), 415, 'UNSUPPORTED_CONTENT_ENCODING'],
    [
      head(['Expect: a-miracle', 'Content-Length: 2']).replace('Host', 'Connection: close\r\nHost'),
      417,
      'EXPECTATION_FAILED',
    ],
  ] as const;
  for (const [text, status, code] of cases) {
    const answer = await answerTo(t, url, text);
    t.match(answer, new RegExp(`^HTTP/1.1 ${status} `), code);
    t.match(answer, `"code":"${code}"`);
    t.match(answer, /connection: close/i, 'the body may come or not: what follows is no request');
  }
  const limited = await Promise.all(
    [1, 2, 3].map(() => answerTo(t, url, expecting('logout-all', [token, ...json]).replace('close', ''))),
  );
  t.ok(limited.some((answer) => answer.startsWith('HTTP/1.1 429 ')));
});

t.test('a body that is wanted is asked for once, and its connection goes on', async (t) => {
  const { url } = await smallServer(t);
  const socket = open(t, url);
  const chunks: string[] = [];
  socket.on('data', (chunk) => chunks.push(chunk.toString()));
  const until = async (text: string) => {
    while (!chunks.join('').includes(text)) await once(socket, 'data');
  };
  socket.write(head(['Expect: 100-continue', 'Content-Length: 2']));
  await until('100 Continue');
  t.equal(chunks.join(''), 'HTTP/1.1 100 Continue\r\n\r\n');
  socket.write('{}');
  await until('INVALID_REQUEST');
  socket.write('GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  await once(socket, 'close');
  t.strictSame(
    [...chunks.join('').matchAll(/HTTP\/1.1 (\d+)/g)].map(([, status]) => status),
    ['100', '400', '200'],
  );
});

t.test('deep, huge and poisoned JSON is refused, and poisons nothing', async (t) => {
  const { url } = await smallServer(t);
  const { alice, channelId } = await newPair(url);
  const message = JSON.stringify({ channelId, payload: '' }).slice(1);
  const deep = 300_000;
  const bodies = {
    'a deep array': `{"messages":${'['.repeat(deep)}${']'.repeat(deep)}}`,
    'a deep object': `${'{"messages":'.repeat(deep)}1${'}'.repeat(deep)}`,
    'a deep prototype': `{"messages":${'[{"__proto__":'.repeat(deep / 10)}1${'}]'.repeat(deep / 10)}}`,
    'many messages': `{"messages":[${Array(100_000).fill(0)}]}`,
    'a prototype': `{"messages":[{"__proto__":{"polluted":1},${message}]}`,
    'a constructor': `{"messages":[{"constructor":{"prototype":{"polluted":1}},${message}]}`,
    'a huge number': `{"messages":1e999}`,
  };
  for (const [what, body] of Object.entries(bodies)) {
    t.match(await alice.post('batch-enqueue', body), { status: 400, body: { code: 'INVALID_REQUEST' } }, what);
  }
  t.notOk('polluted' in {});
});

t.test('pipelined requests are answered each, in order, and count as requests', async (t) => {
  const { url } = await smallServer(t, { settings: { rateLimit: 5 } });
  const { bob, channelId } = await newPair(url);
  const body = JSON.stringify({ channelId });
  const lines = (last: boolean) => [
    'POST /v1/fetch HTTP/1.1',
    'Host: x',
    `Authorization: Bearer ${bob.token}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    ...(last ? ['Connection: close'] : []),
    '',
    body,
  ];
  const requests = Array.from({ length: 100 }, (_, i) => lines(i === 99).join('\r\n'));
  const answer = await answerTo(t, url, requests.join(''));
  const statuses = [...answer.matchAll(/HTTP\/1.1 (\d{3}) /g)].map(([, status]) => status);
  t.equal(statuses.length, 100);
  t.ok(statuses.filter((status) => status === '429').length >= 85, 'two windows at the most');
});

t.test('an address has so many connections and no more; one that ends makes room', async (t) => {
  const { url, disconnected } = await smallServer(t, { settings: { connectionsPerAddress: 2 } });
  const sockets = [open(t, url), open(t, url)];
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  const refused = await received(open(t, url));
  t.match(refused, /^HTTP\/1.1 429 /);
  t.match(refused, /retry-after: 1/);
  t.match(refused, '"code":"TOO_MANY_CONNECTIONS"');
  const gone = disconnected();
  sockets[0]!.destroy();
  await gone;
  const text = 'GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
  t.match(await answerTo(t, url, text), /^HTTP\/1.1 200 /);
});

t.test('an address whose connections have all ended is as new', async (t) => {
  const { url, disconnected } = await smallServer(t, { settings: { connectionsPerAddress: 1 } });
  const text = 'GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
  for (let i = 0; i < 3; i++) {
    const gone = disconnected();
    t.match(await answerTo(t, url, text), /^HTTP\/1.1 200 /);
    await gone;
  }
});

t.test('requests that are cut off leave no connection and no handle behind', async (t) => {
  const { url, connections } = await smallServer(t);
  const alice = await newUser(url, 'alice');
  const before = process.getActiveResourcesInfo().length;
  for (let i = 0; i < 200; i++) {
    const socket = open(t, url);
    await once(socket, 'connect');
    socket.write(i % 2 ? head(['Content-Length: 9000']) : 'POST /v1/');
    const gone = once(socket, 'close');
    socket.destroy();
    await gone;
  }
  t.equal(
    (await alice.post('enqueue', { channelId: Buffer.alloc(16).toString('base64url'), payload: payload('x') })).status,
    404,
  );
  while ((await connections()) > 2) await post(url, 'nowhere', {});
  t.ok(process.getActiveResourcesInfo().length <= before + 4);
});
