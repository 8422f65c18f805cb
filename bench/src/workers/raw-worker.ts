// The other thread of the raw ping-pong: passes back each number that it gets.

import { parentPort, workerData } from 'node:worker_threads';
import { PING, PONG, type RawStart, STOP } from './raw-counter.js';

const { memory, mode } = workerData as RawStart;
const counter = new Int32Array(memory);

// A pending waitAsync does not keep a thread alive; a port with a listener does.
parentPort!.on('message', () => {});

function spin(): void {
  let seen = STOP;
  for (;;) {
    const now = Atomics.load(counter, PING);
    if (now === STOP) {
      Atomics.wait(counter, PING, STOP);
      seen = STOP;
    } else if (now !== seen) {
      seen = now;
      Atomics.store(counter, PONG, now);
    }
  }
}

async function park(): Promise<void> {
  let seen = 0;
  for (;;) {
    const now = Atomics.load(counter, PING);
    if (now === seen) {
      await Atomics.waitAsync(counter, PING, seen).value;
    } else {
      seen = now;
      Atomics.store(counter, PONG, now);
      Atomics.notify(counter, PONG);
    }
  }
}

if (mode === 'spin') spin();
else void park();
