// The fence of the embedded store: a write holds only with the latest term, whoever took it, and whenever.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Fence } from '@gatehouse/server/internal/store/lmdb/fence';
import t, { type Test } from 'tap';
import { tempFolder } from '../support/temp-folder.js';

/** The server’s own: the tests have none. */
const { open } = createRequire(import.meta.resolve('@gatehouse/server'))('lmdb');

async function environment(t: Test) {
  const folder = await tempFolder(t);
  const root = open({ path: folder, noSubdir: false, overlappingSync: false, eventTurnBatching: false });
  t.teardown(() => root.close());
  return { folder, root, words: root.openDB('words', { encoding: 'string' }) };
}

t.test('a write with an earlier term is an error, and writes nothing', async (t) => {
  const { folder, root, words } = await environment(t);
  const first = new Fence(root, folder, () => {});
  await first.commit(() => words.put('a', 'first'));
  const second = new Fence(root, folder, () => {});
  await t.rejects(
    first.commit(() => words.put('a', 'late')),
    {
      name: 'StoreError',
      failure: 'fenced',
      message: /^another server has taken the store in .+ \(process \d+, at .+Z\)$/,
    },
  );
  t.equal(words.get('a'), 'first');
  t.match(await first.lost, { failure: 'fenced' });
  t.throws(() => first.check(), { name: 'StoreError', failure: 'fenced' });
  await second.commit(() => words.put('a', 'second'));
  t.equal(words.get('a'), 'second');
  second.check();
});

t.test('a write that waits while another process takes the store is an error, though its check passed', async (t) => {
  const { folder, root, words } = await environment(t);
  const fence = new Fence(root, folder, () => {});
  const file = fileURLToPath(new URL('./takes-term-slowly.js', import.meta.url));
  const taker = spawn(process.execPath, ['--conditions=gatehouse-internal', file, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(taker, 'exit');
  await once(taker.stdout!, 'data');
  fence.check();
  await t.rejects(
    fence.commit(() => words.put('a', 'late')),
    { name: 'StoreError', failure: 'fenced' },
  );
  t.equal(words.get('a'), undefined);
  await ended;
});
