// A server whose gate holds it to its budget, in front of more clients than it can serve.

import { join } from 'node:path';
import { startServer } from '@gatehouse/server';
import { pino } from 'pino';
import t from 'tap';
import { newPair, payload, post } from '../support/client.js';
import { pluginFolder } from '../support/open-host.js';
import { tempFolder } from '../support/temp-folder.js';

t.test('while a slow plugin holds the gate some are refused, all are answered, and operators are served', async (t) => {
  const server = await startServer(
    {
      dataFolder: join(await tempFolder(t), 'data'),
      plugins: [await pluginFolder(t, { 'takes-its-time': { deadlineMs: 10_000 } })],
      enabled: ['takes-its-time'],
      port: 0,
      adminPort: 0,
      rateLimit: 0,
      budgetMs: 10_000,
      gatherMax: 4,
      overloadDelayMs: 5,
    },
    pino({ level: 'silent' }),
  );
  t.teardown(() => server.close());
  const { url, adminUrl, adminToken } = server;
  const { alice, channelId } = await newPair(url);
  // The plugin takes as many ms over a message as it has bytes.
  const message = { channelId, payload: payload('x'.repeat(10)) };
  const statuses = new Map<number, number>();
  let isOver = false;
  const client = async () => {
    while (!isOver) {
      const { status, body, headers } = await post(url, 'enqueue', message, alice.token);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (status === 503) t.match([body.code, headers.get('retry-after')], ['OVERLOADED', /^\d+$/]);
    }
  };
  const clients = Array.from({ length: 32 }, client);
  const authorization = `Bearer ${adminToken}`;
  let said: Response;
  do {
    t.equal((await fetch(`${url}/livez`)).status, 200);
    t.equal((await fetch(`${adminUrl}/plugins`, { headers: { authorization } })).status, 200);
    said = await fetch(`${adminUrl}/readyz`);
  } while (said.status === 200);
  t.match(await said.json(), { notReady: [{ what: 'overload' }] });
  isOver = true;
  await Promise.all(clients);
  t.strictSame([...statuses.keys()].sort(), [200, 503]);
});
