// A copy of the data folder of a running server, and a server on that copy.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startServer } from '@gatehouse/server';
import { pino } from 'pino';
import t, { type Test } from 'tap';
import { login, newPair, payload, post } from '../support/client.js';
import { tempFolder } from '../support/temp-folder.js';

const silent = pino({ level: 'silent' });

async function started(t: Test, dataFolder: string) {
  const server = await startServer(
    { dataFolder, plugins: [], enabled: [], port: 0, adminPort: 0, rateLimit: 0 },
    silent,
  );
  t.teardown(() => server.close());
  return server;
}

/** In a process of its own, as the command has it. Resolves with what it said, which is nothing when all is well. */
async function backup(from: string, to: string): Promise<string> {
  const file = fileURLToPath(new URL('./backs-up.js', import.meta.url));
  const child = fork(file, [from, to], { execArgv: ['--conditions=gatehouse-internal'], silent: true });
  let said = '';
  child.stderr!.on('data', (chunk) => {
    said += chunk;
  });
  await once(child, 'close');
  return said;
}

t.test('a running server is copied as it was at one moment, and another one starts on the copy', async (t) => {
  const folder = await tempFolder(t);
  const data = join(folder, 'data');
  const first = await started(t, data);
  const { alice, bob, channelId } = await newPair(first.url);
  const send = () => alice.post('enqueue', { channelId, payload: payload('x') });
  for (let i = 0; i < 20; i++) await send();
  let copied = false;
  const sending = async () => {
    while (!copied) await send();
  };
  const senders = Promise.all([sending(), sending(), sending()]);
  t.equal(await backup(data, join(folder, 'backup')), '');
  copied = true;
  await senders;
  t.strictSame((await readdir(folder)).sort(), ['backup', 'data'], 'nothing else is left behind');
  t.notOk((await readdir(join(folder, 'backup'))).includes('server.lock'));
  t.equal((await stat(join(folder, 'backup'))).mode & 0o777, 0o700);
  t.equal((await stat(join(folder, 'backup', 'opaque-setup'))).mode & 0o777, 0o600);
  await first.close();

  const restored = join(folder, 'restored');
  await cp(join(folder, 'backup'), restored, { recursive: true });
  const second = await started(t, restored);
  t.equal((await login(second.url, 'bob', bob.password)).status, 200, 'with the secrets');
  t.equal(second.adminToken, first.adminToken);
  const { body } = await post(second.url, 'fetch', { channelId, limit: 1_000 }, bob.token);
  const seqs = body.messages.map(({ seq }: { seq: string }) => Number(seq));
  t.strictSame(
    seqs,
    seqs.map((_: number, i: number) => i + 1),
    'without a gap',
  );
  t.ok(seqs.length >= 20, 'with all that was acknowledged before');
  const next = await post(second.url, 'enqueue', { channelId, payload: payload('y') }, alice.token);
  t.equal(Number(next.body.seq), seqs.length + 1);
});

t.test('a backup goes into a new folder, and is of something', async (t) => {
  const folder = await tempFolder(t, { 'taken/file': 'mine' });
  t.match(await backup(join(folder, 'nowhere'), join(folder, 'backup')), 'it holds no store');
  await writeFile(join(folder, 'file'), '');
  t.match(await backup(join(folder, 'nowhere'), join(folder, 'taken')), 'is not empty');
  t.match(await backup(join(folder, 'taken'), join(folder, 'taken', 'copy')), 'is inside of it');
  t.equal(await readFile(join(folder, 'taken', 'file'), 'utf8'), 'mine');
  t.strictSame((await readdir(folder)).sort(), ['file', 'taken']);
});
