// A copy of the data folder of a running server, and a server on that copy.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openLmdbStore, type RunningServer, type Settings, startServer } from '@gatehouse/server';
import { pino } from 'pino';
import t, { type Test } from 'tap';
import { login, newPair, payload, post } from '../support/client.js';
import { tempFolder } from '../support/temp-folder.js';

const silent = pino({ level: 'silent' });

async function started(t: Test, dataFolder: string, more: Partial<Settings> = {}): Promise<RunningServer> {
  const settings = { dataFolder, plugins: [], enabled: [], port: 0, adminPort: 0, rateLimit: 0, ...more };
  const server = await startServer(settings, silent);
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
});

type Posts = (path: string, body: object) => Promise<{ readonly body: { readonly seq: string } }>;

/** Sends some messages. Returns their numbers. */
async function numbersOf(post: Posts, channelId: string, count: number): Promise<readonly bigint[]> {
  const numbers: bigint[] = [];
  for (let i = 0; i < count; i++) {
    numbers.push(BigInt((await post('enqueue', { channelId, payload: payload('x') })).body.seq));
  }
  return numbers;
}

t.test('no number is given twice: not by the original, nor by two servers on copies of it', async (t) => {
  const folder = await tempFolder(t);
  const data = join(folder, 'data');
  const copy = join(folder, 'backup');
  const first = await started(t, data);
  const { alice, bob, channelId } = await newPair(first.url);
  const given = [...(await numbersOf(alice.post, channelId, 3))];
  t.equal(await backup(data, copy), '');
  given.push(...(await numbersOf(alice.post, channelId, 5)));
  t.strictSame(given, [1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n]);
  await first.close();

  for (const name of ['first', 'second']) {
    const restored = join(folder, name);
    await cp(copy, restored, { recursive: true });
    const server = await started(t, restored);
    t.notOk((await readdir(restored)).includes('new-epoch'), 'the mark is gone');
    const send: Posts = (path, body) => post(server.url, path, body, alice.token);
    const fetched = async (after: bigint) => {
      const { body } = await post(server.url, 'fetch', { channelId, after: `${after}` }, bob.token);
      return body.messages.map(({ seq }: { seq: string }) => BigInt(seq));
    };
    const cursor = given.at(-1)!;
    t.strictSame(await fetched(cursor), []);
    const more = await numbersOf(send, channelId, 2);
    t.strictSame(await fetched(cursor), more, 'a client that is beyond the backup sees what is new');
    t.strictSame(await fetched(0n), [1n, 2n, 3n, ...more]);
    given.push(...more);
    await server.close();
  }
  t.strictSame(
    given,
    [...new Set(given)].sort((a, b) => Number(a - b)),
    'each is higher than all before',
  );
});

t.test('a restart goes on in the epoch that has begun, and --new-epoch begins another', async (t) => {
  const folder = await tempFolder(t);
  const first = await started(t, folder);
  const { alice, channelId } = await newPair(first.url);
  const next = async (server: RunningServer) => {
    const send: Posts = (path, body) => post(server.url, path, body, alice.token);
    return (await numbersOf(send, channelId, 1))[0]!;
  };
  t.equal(await next(first), 1n);
  await first.close();
  const second = await started(t, folder, { newEpoch: true });
  const inEpoch = await next(second);
  t.ok(inEpoch > 1n << 48n && inEpoch < 1n << 63n);
  await second.close();
  const third = await started(t, folder);
  t.equal(await next(third), inEpoch + 1n);
  await third.close();
});

t.test('a server that is killed before it has removed the mark begins one more epoch', async (t) => {
  const folder = await tempFolder(t, { 'new-epoch': '' });
  const store = await openLmdbStore(join(folder, 'store'), { newEpoch: true });
  await store.close();
  const server = await started(t, folder);
  const { alice, channelId } = await newPair(server.url);
  t.ok((await numbersOf(alice.post, channelId, 1))[0]! > 1n << 48n);
  t.notOk((await readdir(folder)).includes('new-epoch'));
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
