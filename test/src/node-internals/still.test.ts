// Behaviour of Node, piscina and comlink that none of them documents, and that the host leans on.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fstatSync, readFileSync } from 'node:fs';
import { createRequire, Module } from 'node:module';
import { Socket } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { MessageChannel, Worker } from 'node:worker_threads';
import { mayNarrow } from '@gatehouse/host/internal/node-internals/narrow';
import { offerRequired } from '@gatehouse/host/internal/node-internals/offer-required';
import { nodeEndpoint } from '@gatehouse/host/internal/node-internals/port-endpoint';
import { readAtOnce } from '@gatehouse/host/internal/node-internals/read-at-once';
import { descriptorOf, holdOpen } from '@gatehouse/host/internal/node-internals/sockets';
import { taskOf, trackTasks } from '@gatehouse/host/internal/node-internals/thread-tasks';
import { outputOf } from '@gatehouse/host/internal/node-internals/worker-output';
import * as comlink from 'comlink';
import t, { type Test } from 'tap';
import { tempFolder } from '../support/temp-folder.js';

interface Pool {
  readonly threads: readonly Worker[];
  run(task: string, options?: { readonly signal: AbortSignal }): Promise<unknown>;
  on(event: 'error', listener: (error: unknown) => void): void;
  once(event: 'workerCreate', listener: () => void): void;
  destroy(): Promise<void>;
}

/** The host’s own: the tests have none. */
const { Piscina } = createRequire(import.meta.resolve('@gatehouse/host'))('piscina') as {
  readonly Piscina: new (options: object) => Pool;
};

const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/threads/${name}`, import.meta.url));

/** A pipe to a process that runs `code`, in which the other end is descriptor 3. */
function pipeTo(t: Test, code: string) {
  const child = spawn(process.execPath, ['--eval', code], { stdio: ['ignore', 'inherit', 'inherit', 'pipe'] });
  t.teardown(() => child.kill('SIGKILL'));
  const socket = child.stdio[3];
  if (!(socket instanceof Socket)) throw new Error('a pipe to a process is no socket');
  return { child, socket };
}

const waits = "new (require('net').Socket)({ fd: 3 }).resume()";

t.test('Node still shows the descriptor of an open socket, and none of one that is closed', async (t) => {
  const { socket } = pipeTo(t, waits);
  const fd = descriptorOf(socket);
  t.type(fd, 'number');
  t.ok(fstatSync(fd!).isSocket() || fstatSync(fd!).isFIFO());
  socket.destroy();
  await once(socket, 'close');
  t.equal(descriptorOf(socket), undefined);
});

t.test('Node still closes a descriptor in `_destroy`, which can be put off', async (t) => {
  const { socket } = pipeTo(t, waits);
  const fd = descriptorOf(socket)!;
  let mayClose = false;
  holdOpen(socket, () => mayClose);
  const closed = once(socket, 'close');
  socket.destroy();
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
  t.ok(fstatSync(fd), 'it is open although it was destroyed');
  mayClose = true;
  await closed;
  t.throws(() => fstatSync(fd), { code: 'EBADF' });
});

t.test('Node still pushes each chunk of a pipe into its stream, and null at its end', async (t) => {
  const { child, socket } = pipeTo(t, "require('fs').writeSync(3, 'one'); require('fs').writeSync(3, 'two')");
  let text = '';
  const dataEvents: unknown[] = [];
  socket.on('data', (chunk) => dataEvents.push(chunk));
  readAtOnce(socket, (chunk) => {
    text += Buffer.from(chunk).toString();
  });
  await Promise.all([once(socket, 'close'), once(child, 'close')]);
  t.equal(text, 'onetwo');
  t.same(dataEvents, [], 'nothing went by way of the queue');
});

t.test(
  'Node still tells of its threads through the main thread’s inspector, and where one of them loops',
  async (t) => {
    const looker = new Worker(fixture('looks-into-thread.mjs'), { execArgv: ['--conditions=gatehouse-internal'] });
    t.teardown(() => looker.terminate());
    const [names] = await once(looker, 'message');
    t.equal(names[0], 'spins');
  },
);

t.test('Node still has the functions by which a thread harms its process, or lost them for good', async (t) => {
  const undocumented = ['_kill', 'binding', '_linkedBinding', '_rawDebug', 'dlopen'] as const;
  const found = undocumented.filter((name) => typeof (process as never)[name] === 'function');
  t.strictSame(found, [...undocumented]);
});

t.test('Node still goes by way of `process._kill` when it sends a signal', async (t) => {
  const owner = process as unknown as { _kill(pid: number, signal: number): number };
  const kill = owner._kill;
  t.teardown(() => {
    owner._kill = kill;
  });
  const seen: number[] = [];
  owner._kill = (pid, signal) => {
    seen.push(pid, signal);
    return 0;
  };
  process.kill(process.pid, 0);
  t.strictSame(seen, [process.pid, 0]);
});

t.test('Node still loads a CommonJS file that imports ES modules when it is required by a thread', async (t) => {
  const worker = new Worker(`import('node:path').then(() => require('worker_threads').parentPort.postMessage('up'))`, {
    eval: true,
    execArgv: [],
  });
  t.strictSame(await once(worker, 'message'), ['up']);
  await worker.terminate();
});

/** A pool of one thread and a spare one. */
function pool(t: Test) {
  const pool = new Piscina({
    filename: fixture('tells-how-it-was-loaded.cjs'),
    minThreads: 2,
    maxThreads: 2,
    atomics: 'disabled',
    concurrentTasksPerWorker: 2,
    execArgv: [],
  });
  pool.on('error', () => {});
  t.teardown(() => pool.destroy());
  return pool;
}

t.test('piscina still requires a file before it would import it', async (t) => {
  t.match(await pool(t).run('tell'), { isRequired: true });
});

t.test('piscina still shows its threads as `threads`, and by their ids', async (t) => {
  const one = pool(t);
  const { threadId } = (await one.run('tell')) as { readonly threadId: number };
  t.equal(one.threads.length, 2);
  t.ok(one.threads.every((worker) => worker instanceof Worker));
  t.ok(one.threads.some((worker) => worker.threadId === threadId));
});

t.test('piscina still ends the thread of a task that is aborted, and starts another in its place', async (t) => {
  const one = pool(t);
  await one.run('tell');
  const before = [...one.threads];
  const abort = new AbortController();
  const looping = one.run('loops', { signal: abort.signal }).catch((error: unknown) => error);
  const ended = Promise.race(before.map((worker) => once(worker, 'exit')));
  abort.abort(new Error('enough'));
  t.match(await looping, Error);
  await ended;
  t.match(await one.run('tell'), { isRequired: true });
  while (one.threads.length < 2) await new Promise<void>((resolve) => one.once('workerCreate', resolve));
  t.notSame(
    one.threads.map(({ threadId }) => threadId),
    before.map(({ threadId }) => threadId),
  );
});

t.test('piscina still takes null that a task throws for a task that went well', async (t) => {
  t.equal(await pool(t).run('throws null'), null);
});

t.test('Node still pipes what a thread of a pool prints into that of the process, until it is unpiped', async (t) => {
  const one = pool(t);
  const lines: string[] = [];
  const printed = new Promise<void>((resolve) => {
    for (const worker of one.threads) {
      t.ok(worker.stdout.listenerCount('data') > 0, 'it is piped');
      const { stdout } = outputOf(worker);
      t.equal(stdout.listenerCount('data'), 0, 'it is not piped any more');
      stdout.resume();
      stdout.on('data', (chunk) => {
        lines.push(String(chunk));
        resolve();
      });
    }
  });
  await one.run('prints');
  await printed;
  t.strictSame(lines, ['printed in a thread\n']);
});

t.test('comlink still has its adapter for ports of Node where it was', async (t) => {
  const { port1, port2 } = new MessageChannel();
  t.teardown(() => port1.close());
  comlink.expose({ double: (n: number) => n * 2 }, nodeEndpoint(port2));
  const remote = comlink.wrap<{ double(n: number): number }>(nodeEndpoint(port1));
  t.equal(await remote.double(21), 42);
});

t.test(
  'piscina still makes its workers by the Worker of node:worker_threads, whose thread begins with it',
  async (t) => {
    if (process.platform !== 'linux') return t.comment('only Linux shows the threads of a process');
    trackTasks();
    const pool = new Piscina({ filename: fixture('tells-how-it-was-loaded.cjs'), minThreads: 2, maxThreads: 2 });
    t.teardown(() => pool.destroy());
    const tasks = pool.threads.map(taskOf);
    t.equal(new Set(tasks).size, 2, 'each has a task of its own');
    for (const task of tasks) t.match(readFileSync(`${task}/schedstat`, 'utf8'), /^\d+ \d+ \d+\n$/);
  },
);

t.test('Node still looks up what is required in `_resolveFilename`, and takes what is in the cache', async (t) => {
  const url = 'file:///offered/module.js';
  const exports = { offered: true };
  const { _resolveFilename: before } = Module as unknown as { readonly _resolveFilename: unknown };
  offerRequired(new Map([['offered-to-all', { url, exports }]]));
  t.teardown(() => Object.assign(Module, { _resolveFilename: before }));
  const ask = createRequire(import.meta.url);
  t.equal(ask('offered-to-all'), exports);
  t.equal(ask.resolve('offered-to-all'), fileURLToPath(url));
  t.throws(() => ask('offered-to-none'), { code: 'MODULE_NOT_FOUND' });
});

/** What a thread says of each path after it has given some of its paths up, as letters. */
async function lookOf(granted: readonly string[], given: readonly string[], asked: readonly string[]): Promise<string> {
  const code = `const { workerData: { given, asked }, parentPort } = require('node:worker_threads');
    for (const path of given) process.permission.drop('fs.read', path);
    parentPort.postMessage(asked.map((path) => (process.permission.has('fs.read', path) ? 'r' : '-')).join(''));`;
  const execArgv = [
    '--permission',
    '--disable-warning=SecurityWarning',
    ...granted.map((at) => `--allow-fs-read=${at}`),
  ];
  const worker = new Worker(code, { eval: true, execArgv, workerData: { given, asked } });
  const [look] = (await once(worker, 'message')) as [string];
  await worker.terminate();
  return look;
}

t.test(
  'Node still takes paths back from one thread, to what a fresh one would have',
  { skip: !mayNarrow },
  async (t) => {
    const folder = await tempFolder(t, {
      'a/in/x': '',
      'a-b/x': '',
      'ab/x': '',
      'b/in/x': '',
      'b/on/x': '',
      'b/o': '',
    });
    const names = ['a', 'a-b/x', 'ab', 'b/in', 'b/on', 'b/o', 'gone'].map((name) => join(folder, name));
    const asked = [folder, ...names, ...names.map((name) => join(name, 'in')), join(folder, 'a-b'), join(folder, 'b')];
    const all = await lookOf(names, [], asked);
    for (const own of names) {
      const others = names.filter((name) => name !== own);
      t.equal(await lookOf(names, others, asked), await lookOf([own], [], asked), own);
      t.equal(await lookOf(names, [own], asked), await lookOf(others, [], asked), `all but ${own}`);
    }
    t.equal(await lookOf(names, [], asked), all, 'and from no other thread');
  },
);

t.test(
  'Node still takes back nothing that a wider flag covers, and says nothing of it',
  { skip: !mayNarrow },
  async (t) => {
    const folder = await tempFolder(t, { 'a/x': '' });
    t.equal(await lookOf([folder], [join(folder, 'a')], [folder, join(folder, 'a')]), 'rr');
    t.equal(await lookOf(['*'], [join(folder, 'a')], [folder, join(folder, 'a')]), 'rr');
  },
);
