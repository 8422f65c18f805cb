// What a manifest asks for and the operator grants, works; what only one of the two wants, does not.

import { once } from 'node:events';
import { realpathSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { tempFolder } from '../support/temp-folder.js';
import { type Misdeed, tryMisdeed } from '../support/try-misdeed.js';

const reader = 'reads-outside-its-folder';
const writer = 'writes-outside-its-folder';
const elsewhere = fileURLToPath(new URL('../../package.json', import.meta.url));

/** A misdeed that is none any more. */
function permitted(plugin: string, permissions: object, config?: object): Misdeed {
  return { permissions, options: { grants: { [plugin]: permissions } }, ...(config && { config }) };
}

/** A native addon that this workspace has anyway. */
function someAddon(): string {
  const server = createRequire(import.meta.resolve('@gatehouse/server'));
  const lmdb = createRequire(server.resolve('lmdb'));
  const { platform, arch } = process;
  const folder = dirname(lmdb.resolve(`@lmdb/lmdb-${platform}-${arch}`));
  return realpathSync(join(folder, platform === 'linux' ? 'node.napi.glibc.node' : 'node.napi.node'));
}

async function openPort(t: Test): Promise<number> {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  t.teardown(() => server.close());
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

t.test('a plugin reads what it was granted to read, file or folder, and nothing else', async (t) => {
  const file = permitted(reader, { read: [elsewhere] }, { outside: elsewhere });
  t.match((await tryMisdeed(t, reader, file)).decision, {
    reason: `done: read ${await readFile(elsewhere, 'utf8')}`,
  });
  const folder = permitted(reader, { read: [dirname(elsewhere)] }, { outside: elsewhere });
  t.match((await tryMisdeed(t, reader, folder)).decision, { action: 'reject' });
  const { thrown } = await tryMisdeed(t, reader, {
    ...file,
    config: { outside: fileURLToPath(import.meta.url) },
  });
  t.match(thrown, /may not read/);
});

t.test('a plugin that asks for everything reads what was granted of it, and is told of the rest', async (t) => {
  const asks = (outside: string): Misdeed => ({
    permissions: { read: ['/'] },
    options: { grants: { [reader]: { read: [dirname(elsewhere)] } } },
    config: { outside },
  });
  t.match((await tryMisdeed(t, reader, asks(elsewhere))).decision, { action: 'reject' });
  const { thrown } = await tryMisdeed(t, reader, asks('/etc/hosts'));
  t.match(thrown, /may not read \/etc\/hosts: its manifest asks for the permission "read", which the operator has not/);
});

t.test('a plugin keeps files in a folder of its own, and there alone', async (t) => {
  const pluginData = await tempFolder(t);
  const { options, ...misdeed } = permitted(writer, { data: true });
  const tried = await tryMisdeed(t, writer, { ...misdeed, options: { ...options, pluginData } });
  t.match(tried.decision, { action: 'reject', reason: 'done: wrote a file' });
  t.equal(await readFile(join(pluginData, writer, 'notes'), 'utf8'), 'noted, twice');
  const config = { outside: join(pluginData, 'notes') };
  const other = await tryMisdeed(t, writer, { ...misdeed, config, options: { ...options, pluginData } });
  t.match(other.thrown, /may not write to .+notes/);
});

t.test('a plugin keeps a database in its data folder', async (t) => {
  const pluginData = await tempFolder(t);
  const { options, ...misdeed } = permitted('opens-a-database', { data: true });
  const { decision } = await tryMisdeed(t, 'opens-a-database', { ...misdeed, options: { ...options, pluginData } });
  t.match(decision, { action: 'reject', reason: /opened a database|found no databases/ });
});

for (const way of ['connect', 'listen', 'datagram', 'lookup']) {
  t.test(`a plugin that was granted the network can ${way}`, async (t) => {
    const misdeed = permitted('uses-the-network', { network: true }, { way, port: await openPort(t) });
    t.match((await tryMisdeed(t, 'uses-the-network', misdeed)).decision, {
      action: 'reject',
      reason: 'done: used the network',
    });
  });
}

t.test('a plugin that was granted processes starts one', async (t) => {
  const misdeed = permitted('starts-a-process', { childProcesses: true });
  t.match((await tryMisdeed(t, 'starts-a-process', misdeed)).decision, {
    action: 'reject',
    reason: 'done: started a process',
  });
});

t.test('a plugin that was granted threads starts one', async (t) => {
  const misdeed = permitted('nests-a-thread', { workerThreads: true });
  t.match((await tryMisdeed(t, 'nests-a-thread', misdeed)).decision, { action: 'reject', reason: 'done: nested' });
});

t.test('a plugin that was granted addons loads one', async (t) => {
  const file = someAddon();
  const misdeed = permitted('loads-an-addon', { addons: true, read: [file] }, { addon: file });
  t.match((await tryMisdeed(t, 'loads-an-addon', misdeed)).decision, {
    action: 'reject',
    reason: 'done: loaded native code',
  });
});

t.test('a plugin that was granted WASI makes one', async (t) => {
  const misdeed = permitted('uses-wasi', { wasi: true });
  t.match((await tryMisdeed(t, 'uses-wasi', misdeed)).decision, { action: 'reject', reason: 'done: made object' });
});

t.test('a plugin sees the variables that it was granted, and no other', async (t) => {
  process.env.GATEHOUSE_TEST_TOKEN = 'token';
  process.env.GATEHOUSE_TEST_SECRET = 'secret';
  const misdeed = permitted('reads-the-environment', { env: ['GATEHOUSE_TEST_TOKEN', 'GATEHOUSE_TEST_ABSENT'] });
  const { decision } = await tryMisdeed(t, 'reads-the-environment', misdeed);
  t.match(decision, { action: 'reject', reason: 'done: read {"GATEHOUSE_TEST_TOKEN":"token"}' });
});

t.test(
  'what is asked for and not granted is refused, and the error says that the grant alone is missing',
  async (t) => {
    const { thrown, host, log } = await tryMisdeed(t, 'nests-a-thread', { permissions: { workerThreads: true } });
    t.match(thrown, /its manifest asks for the permission "workerThreads", which the operator has not granted/);
    t.match(await host.get('nests-a-thread'), { permissions: { granted: [], refused: ['workerThreads'] } });
    t.equal((await log.until('asks for what is not granted: workerThreads')).length, 1);
  },
);

t.test('what is granted and not asked for is refused', async (t) => {
  const options = { grants: { 'nests-a-thread': { workerThreads: true } } };
  const { thrown, host } = await tryMisdeed(t, 'nests-a-thread', { options });
  t.match(thrown, /for which its manifest has to ask \("permissions": {"workerThreads":true}\)/);
  t.match(await host.get('nests-a-thread'), { permissions: { granted: [], refused: [] } });
});

t.test("'as-asked' grants whatever the manifest asks for", async (t) => {
  const permissions = { workerThreads: true, read: [elsewhere] };
  const options = { grants: { 'nests-a-thread': 'as-asked' } } as const;
  const { decision, host } = await tryMisdeed(t, 'nests-a-thread', { permissions, options });
  t.match(decision, { action: 'reject', reason: 'done: nested' });
  t.same((await host.get('nests-a-thread')).permissions, {
    granted: [`read ${elsewhere}`, 'workerThreads'],
    refused: [],
  });
});

t.test('an operator may lower the tier, and then nothing is refused; a manifest by itself may not', async (t) => {
  const config = { outside: elsewhere };
  const options = { isolation: { [reader]: 'thread' } } as const;
  const open = await tryMisdeed(t, reader, { config, options });
  t.match(open.decision, { action: 'reject' });
  t.match(await open.host.get(reader), { isolation: 'thread' });
  const wished = await tryMisdeed(t, reader, { config, isolation: 'thread' });
  t.match(wished.thrown, /may not read/);
  t.match(await wished.host.get(reader), {
    isolation: 'hardened-thread',
    permissions: { refused: ['isolation thread'] },
  });
});
