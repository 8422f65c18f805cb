// What must not be found in the log: a whole life of a server, at the level that says most.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startServer } from '@gatehouse/server';
import t from 'tap';
import { login, newPair, payload, post } from '../support/client.js';
import { LogLines } from '../support/log-lines.js';
import { tempFolder } from '../support/temp-folder.js';

t.test('no token, password, key, payload or secret of the server comes into the log', async (t) => {
  const plugin =
    'export default { apiVersion: 1, onMessageEnqueue: () => ({ action: "continue" }), onAuth: () => {} };';
  const folder = await tempFolder(t, { 'plugins/quiet.js': plugin });
  const log = new LogLines();
  const dataFolder = join(folder, 'data');
  const settings = { dataFolder, plugins: [join(folder, 'plugins')], enabled: ['quiet'], port: 0, adminPort: 0 };
  const server = await startServer({ ...settings, logLevel: 'trace' }, log.logger);
  t.teardown(() => server.close());
  const { alice, bob, channelId } = await newPair(server.url);
  const text = payload('a text that is easy to find');
  await alice.post('enqueue', { channelId, payload: text });
  await alice.post('enqueue', `{"channelId":"${channelId}","payload":"${text}"`);
  await bob.post('fetch', { channelId });
  await login(server.url, 'alice', 'a wrong guess');
  await post(server.url, 'fetch', { channelId }, `${alice.token}x`);
  await bob.post('ack', { channelId, upTo: '1' });
  await alice.post('logout-all');
  await fetch(`${server.adminUrl}/plugins`, { headers: { authorization: `Bearer ${server.adminToken}` } });
  const opaqueSetup = (await readFile(join(dataFolder, 'opaque-setup'), 'utf8')).trim();
  await server.close();

  const all = JSON.stringify(log.all);
  t.ok(log.all.length > 0);
  const secrets = {
    opaqueSetup,
    text,
    channelId,
    'admin token': server.adminToken,
    'wrong guess': 'a wrong guess',
    ...Object.fromEntries(
      [alice, bob].flatMap((user) => [
        [`token of ${user.username}`, user.token],
        [`password of ${user.username}`, user.password],
        [`key of ${user.username}`, user.key],
        [`key of ${user.username} in hex`, user.bytes.toString('hex')],
      ]),
    ),
  };
  for (const [what, secret] of Object.entries(secrets)) t.notOk(all.includes(secret), what);
});
