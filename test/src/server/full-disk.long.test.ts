// A disk without room, for real: a small file system where one can be mounted, and a limit to the size of files.

import { execFile } from 'node:child_process';
import { mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openLmdbStore } from '@gatehouse/server';
import { WriteTrouble } from '@gatehouse/server/internal/store/lmdb/write-trouble';
import { StoreError, type StoreFailure } from '@gatehouse/server/internal/store/store-error';
import t, { type Test } from 'tap';
import { newPair, payload, post } from '../support/client.js';
import { LogLines } from '../support/log-lines.js';
import { smallServer } from '../support/small-server.js';
import { tempFolder } from '../support/temp-folder.js';

const run = promisify(execFile);

interface SmallDisk {
  readonly folder: string;
  makeRoom(): Promise<void>;
}

/** A file system of 6 MB, 4 of which are taken; undefined where nothing can be mounted. */
async function smallFileSystem(t: Test): Promise<SmallDisk | undefined> {
  const folder = join(await tempFolder(t), 'disk');
  await mkdir(folder);
  const mounted = await run('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', folder]).catch(() => undefined);
  if (mounted === undefined) return undefined;
  t.teardown(() => run('umount', ['--lazy', folder]));
  const ballast = join(folder, 'ballast');
  await writeFile(ballast, Buffer.alloc(4 * 1024 * 1024));
  return { folder, makeRoom: () => rm(ballast) };
}

/** Files of this process have 2 MB at most; undefined where that cannot be said. */
async function smallFiles(t: Test): Promise<SmallDisk | undefined> {
  const limit = (soft: string) => run('prlimit', ['--pid', `${process.pid}`, `--fsize=${soft}:`]);
  const folder = await tempFolder(t);
  process.on('SIGXFSZ', () => {});
  const limited = await limit(`${2 * 1024 * 1024}`).catch(() => undefined);
  if (limited === undefined) return undefined;
  const makeRoom = async () => void (await limit('unlimited'));
  t.teardown(makeRoom);
  return { folder, makeRoom };
}

const ways = { 'a small file system': smallFileSystem, 'a limit to the size of files': smallFiles };

for (const [way, smallDisk] of Object.entries(ways)) {
  t.test(`what finds no room is not stored, by half neither, and goes in when there is room: ${way}`, async (t) => {
    const disk = await smallDisk(t);
    if (disk === undefined) return void t.skip('it cannot be had here', () => {});
    const folder = join(disk.folder, 'store');
    const log = new LogLines();
    const server = await smallServer(t, { folder, logger: log.logger });
    const { alice, bob, channelId } = await newPair(server.url);
    const send = (i: number) => {
      const message = { channelId, payload: payload(`${i} `.repeat(10_000)) };
      return post(server.url, 'enqueue', message, alice.token, undefined, { 'idempotency-key': `key-${i}` });
    };
    const stored: number[] = [];
    let i = 0;
    let answer = await send(i);
    while (answer.status === 200) {
      stored.push(i++);
      answer = await send(i);
    }
    const refusal = { status: 507, body: { code: 'STORAGE_FULL' } };
    t.match(answer, refusal);
    t.match(answer.headers.get('retry-after'), /^\d+$/);
    t.notMatch(JSON.stringify(answer.body), folder, 'where and why is for the log');
    const batch = Array.from({ length: 4 }, () => ({ channelId, payload: payload('b'.repeat(20_000)) }));
    const { body } = await alice.post('batch-enqueue', { messages: batch });
    t.ok(body.results.every(({ problem }: { problem?: { code: string } }) => problem?.code === 'STORAGE_FULL'));
    const fetched = async (url: string) => {
      const { body } = await post(url, 'fetch', { channelId, limit: 1_000 }, bob.token);
      return body.messages.map((message: { payload: string }) => Number.parseInt(atob(message.payload), 10));
    };
    t.strictSame(await fetched(server.url), stored, 'what is there can be fetched');

    t.strictSame(
      log.all.flatMap(({ level, msg }) => (level > 30 ? [[level, msg]] : [])),
      [
        [
          50,
          `there is no room left for the store in ${folder}: nothing is stored until there is room; what is stored can be read`,
        ],
      ],
      'one line for all that found no room',
    );

    await disk.makeRoom();
    t.equal((await send(i)).status, 200, 'with the key that found no room');
    stored.push(i);
    t.equal((await send(stored[0]!)).body.seq, '1', 'what is in is known again');
    t.strictSame(await fetched(server.url), stored);
    await server.close();
    t.strictSame(await fetched((await smallServer(t, { folder })).url), stored);
  });
}

t.test('the last of a disk is left free, as LMDB is not to come upon its end', async (t) => {
  const disk = await smallFileSystem(t);
  if (disk === undefined) return void t.skip('it cannot be had here', () => {});
  const server = await smallServer(t, { folder: join(disk.folder, 'store') });
  const { alice, channelId } = await newPair(server.url);
  const message = { channelId, payload: payload('m'.repeat(20_000)) };
  while ((await alice.post('enqueue', message)).status === 200);
  t.match(await alice.post('enqueue', message), { status: 507 });
  const { bavail, bsize } = await statfs(disk.folder);
  t.ok(bavail * bsize > 512 * 1024, `${bavail * bsize} bytes are left`);
});

t.test('a store is not opened where there is no room to work', async (t) => {
  const disk = await smallFileSystem(t);
  if (disk === undefined) return void t.skip('it cannot be had here', () => {});
  await writeFile(join(disk.folder, 'more'), Buffer.alloc(2 * 1024 * 1024)).catch(() => {});
  const opened = openLmdbStore(join(disk.folder, 'store'));
  await t.rejects(opened, { failure: 'full', message: /no room left for the store/ });
  await disk.makeRoom();
  await (await openLmdbStore(join(disk.folder, 'store'))).close();
});

t.test('a store that cannot write reports that once, and once when it can again', async (t) => {
  const said: string[] = [];
  const say = (sentence: string) => said.push(sentence);
  const trouble = new WriteTrouble({ onTrouble: say, onNote: say });
  const fails = (failure: StoreFailure, now: number) => {
    const error = new StoreError(failure, failure);
    trouble.failed(error, now);
    return error.isReported;
  };
  trouble.wrote(0);
  t.strictSame([fails('full', 1_000), fails('full', 2_000), said.splice(0).length], [true, true, 1]);
  trouble.wrote(3_000);
  t.strictSame(said, [], 'a small write may find room that a large one does not');
  trouble.wrote(12_000);
  t.strictSame(said.splice(0), ['there is room for the store again; writes that failed meanwhile: 2']);
  t.strictSame([fails('unavailable', 13_000), fails('full', 13_001), said.splice(0).length], [true, true, 2]);
  t.equal(fails('damaged', 13_002), false, 'damage is of a record, and each is logged');
});
