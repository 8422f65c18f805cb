// Clients that mean harm behind TLS: those that never finish, over HTTP/1.1 and HTTP/2.

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type ClientHttp2Session, type ClientHttp2Stream, connect as connectHttp2 } from 'node:http2';
import { connect as connectTcp } from 'node:net';
import { connect } from 'node:tls';
import t, { type Test } from 'tap';
import { tempFolder } from '../support/temp-folder.js';
import { makePair, skip, started } from './tls-server.js';

const hasty = { requestSeconds: 1, headersSeconds: 1 };

async function hastyServer(t: Test) {
  const folder = await tempFolder(t);
  const pair = await makePair(folder, 'one');
  const { url } = await started(t, folder, { ...pair, ...hasty });
  return { url, port: Number(new URL(url).port), ca: readFileSync(pair.tlsCert) };
}

const head = (more: string) =>
  `POST /v1/login/start HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${more}\r\n\r\n`;

t.test('a head or a body that never ends is ended with a 408, as in the clear', { skip }, async (t) => {
  const { port, ca } = await hastyServer(t);
  const answerTo = async (text: string) => {
    const socket = connect({ port, host: '127.0.0.1', ca, ALPNProtocols: ['http/1.1'] });
    socket.on('error', () => {});
    t.teardown(() => socket.destroy());
    socket.write(text);
    const chunks: string[] = [];
    socket.on('data', (chunk) => chunks.push(chunk.toString()));
    await once(socket, 'close');
    return chunks.join('');
  };
  const slow = [
    'POST /v1/enqueue HTTP/1.1\r\nHost: x\r\nX-Slow: ',
    head('Content-Length: 1000'),
    head('Transfer-Encoding: chunked'),
  ];
  for (const answer of await Promise.all(slow.map(answerTo))) {
    t.match(answer, /^HTTP\/1.1 408 Request Timeout\r\n/);
    t.match(answer, '"code":"REQUEST_TIMEOUT"');
  }
});

t.test('a handshake that is never made is given up', { skip }, async (t) => {
  const { port } = await hastyServer(t);
  const socket = connectTcp(port, '127.0.0.1').on('error', () => {});
  t.teardown(() => socket.destroy());
  await once(socket, 'close');
});

/** What comes back on a stream, until the server closes it. */
async function answerOf(stream: ClientHttp2Stream) {
  const answered = once(stream, 'response');
  const chunks: Buffer[] = [];
  stream.on('data', (chunk) => chunks.push(chunk));
  const closed = once(stream, 'close');
  const [headers] = await answered;
  await closed;
  return {
    status: headers[':status'],
    type: headers['content-type'],
    body: JSON.parse(Buffer.concat(chunks).toString()),
  };
}

function post(session: ClientHttp2Session, path: string): ClientHttp2Stream {
  return session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/json' });
}

function sessionOf(t: Test, url: string, ca: Buffer): ClientHttp2Session {
  const session = connectHttp2(url, { ca });
  t.teardown(() => session.destroy());
  return session;
}

t.test(
  'a stream whose body never ends is ended with a 408, and the others of its connection go on',
  { skip },
  async (t) => {
    const { url, ca } = await hastyServer(t);
    const session = sessionOf(t, url, ca);
    const silent = post(session, '/v1/login/start');
    const trickling = post(session, '/v1/login/start');
    const drip = setInterval(() => trickling.writable && trickling.write(' '), 100);
    t.teardown(() => clearInterval(drip));
    const timedOut = { status: 408, type: /problem.json/, body: { code: 'REQUEST_TIMEOUT' } };
    t.match(await Promise.all([answerOf(silent), answerOf(trickling)]), [timedOut, timedOut]);
    const next = post(session, '/v1/login/start');
    next.end('{}');
    t.match(await answerOf(next), { status: 400, body: { code: 'INVALID_REQUEST' } });
  },
);

t.test('a stream that goes on after its answer is closed', { skip }, async (t) => {
  const { url, ca } = await hastyServer(t);
  const session = sessionOf(t, url, ca);
  const endless = post(session, '/v1/login/start');
  const flood = setInterval(() => {
    // Once the server has closed the stream, the client cannot write, and the answer may still be on its way up.
    if (endless.writable) endless.write('x'.repeat(10_000));
  }, 20);
  t.teardown(() => clearInterval(flood));
  t.match(await answerOf(endless), { status: 413, body: { code: 'BODY_TOO_LARGE' } });
});
