// A counter that two threads pass back and forth, with nothing else to it: what waiting alone costs.

import { Worker } from 'node:worker_threads';
import { PING, PONG, type RawStart, STOP, words } from '../workers/raw-counter.js';
import type { Blocking } from './contender.js';

/** Both threads spin. */
export function rawSpin(): Blocking {
  const { worker, counter } = start('spin');
  let calls = 0;
  return {
    kind: 'blocking',
    call() {
      calls = (calls % 0x3fffffff) + 1;
      Atomics.store(counter, PING, calls);
      if (calls === 1) Atomics.notify(counter, PING);
      while (Atomics.load(counter, PONG) !== calls);
    },
    rest() {
      calls = 0;
      Atomics.store(counter, PONG, STOP);
      Atomics.store(counter, PING, STOP);
    },
    close: () => worker.terminate(),
  };
}

/** Both threads sleep: this one in Atomics.wait, the other in its event loop with Atomics.waitAsync, as a session does. */
export function rawPark(): Blocking {
  const { worker, counter } = start('park');
  let calls = 0;
  return {
    kind: 'blocking',
    call() {
      const last = calls;
      calls = (calls + 1) | 0;
      Atomics.store(counter, PING, calls);
      Atomics.notify(counter, PING);
      while (Atomics.load(counter, PONG) !== calls) Atomics.wait(counter, PONG, last);
    },
    close: () => worker.terminate(),
  };
}

function start(mode: RawStart['mode']): { worker: Worker; counter: Int32Array } {
  const memory = new SharedArrayBuffer(words * 4);
  const workerData: RawStart = { memory, mode };
  const worker = new Worker(new URL('../workers/raw-worker.js', import.meta.url), {
    workerData,
    execArgv: ['--conditions=gatehouse-internal'],
  });
  return { worker, counter: new Int32Array(memory) };
}
