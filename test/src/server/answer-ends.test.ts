// Every answer has an end, also one that was never begun.

import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { onAnswerEnd } from '@gatehouse/server/internal/http/answer-ends';
import t from 'tap';

t.test('answers that wait behind one that never comes end with their connection, each once', async (t) => {
  const ended: string[] = [];
  let allEnded = () => {};
  const done = new Promise<void>((resolve) => {
    allEnded = resolve;
  });
  const server = createServer((request, response) => {
    onAnswerEnd(request, response, () => {
      ended.push(request.url ?? '');
      if (ended.length === 3) allEnded();
    });
    if (request.url === '/answered') response.end();
    if (request.url === '/queued') client.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.write(['/answered', '/waits', '/queued'].map((path) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`).join(''));
  await done;
  await new Promise(setImmediate);
  t.strictSame(ended.sort(), ['/answered', '/queued', '/waits']);
});
