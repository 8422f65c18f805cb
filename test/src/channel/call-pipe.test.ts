// The pipe of calls that two threads hold: who writes, who closes, and what one leaves to the other.

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { CallPipe } from '@gatehouse/host/internal/channel/pipe/index';
import t from 'tap';

const bothEnds = () => {
  const handle = CallPipe.create(7);
  return { server: new CallPipe(handle), supervisor: new CallPipe(handle) };
};

t.test('what it takes whole is left to nobody', async (t) => {
  const { server, supervisor } = bothEnds();
  t.ok(server.write(10, (fd) => (fd === 7 ? 10 : 0)));
  t.notOk(supervisor.isLeft);
});

t.test('of what it takes in part, the rest is left to the supervisor', async (t) => {
  const { server, supervisor } = bothEnds();
  t.notOk(server.write(10, () => 4));
  t.ok(supervisor.isLeft);
  t.equal(supervisor.written, 4);
  server.begin();
  t.ok(supervisor.isLeft, 'and so is the next');
  t.equal(supervisor.written, 0);
});

t.test('of what it refuses, all is left, and it can be closed', async (t) => {
  const { server, supervisor } = bothEnds();
  const full = () => {
    throw new Error('EAGAIN');
  };
  t.notOk(server.write(10, full));
  t.equal(supervisor.written, 0);
  t.ok(supervisor.isLeft);
  t.ok(supervisor.close());
});

t.test('it is not closed while it is written to, nor written to once it was closed', async (t) => {
  const { server, supervisor } = bothEnds();
  t.ok(
    server.write(1, () => {
      t.notOk(supervisor.close());
      return 1;
    }),
  );
  t.ok(supervisor.close());
  t.ok(supervisor.close(), 'to close it again is nothing');
  const written = () => {
    t.fail('it was written to');
    return 1;
  };
  t.notOk(server.write(1, written));
});

t.test('a thread that closes two thousand pipes never does so under the hands of the one that writes', async (t) => {
  const handles = Array.from({ length: 2000 }, () => CallPipe.create(7));
  // Pipes that may be closed; which one is written to, from 1 on; pipes that were closed; those of them too early.
  const words = new Int32Array(new SharedArrayBuffer(16));
  const script = new URL('../../fixtures/threads/closes-pipes.mjs', import.meta.url);
  const worker = new Worker(script, { workerData: { handles, words }, execArgv: ['--conditions=gatehouse-internal'] });
  t.teardown(() => worker.terminate());
  let late = 0;
  const busy = (i: number) => {
    Atomics.store(words, 1, i + 1);
    if (Atomics.load(words, 2) > i) late++;
    for (let spin = 0; spin < 50; spin++);
    Atomics.store(words, 1, 0);
    return 1;
  };
  for (const [i, handle] of handles.entries()) {
    const pipe = new CallPipe(handle);
    Atomics.store(words, 0, i + 1);
    while (pipe.write(1, () => busy(i)));
  }
  await once(worker, 'exit');
  t.equal(late, 0);
  t.equal(words[2], 2000);
  t.equal(words[3], 0);
});
