// How late the machine wakes a thread that has nothing to do with the host: what is that late is not the host's doing.

import { isMainThread, Worker, workerData } from 'node:worker_threads';

const sleepMs = 10;

/** Latenesses, in µs, of so many seconds are kept, each second's worst in a word of its own. */
const seconds = 4;

/** The word of a second, and the whole second that it stands for beside it. */
const wordOf = (second) => (second % seconds) * 2;

export class MachineLag {
  #worst = new Int32Array(new SharedArrayBuffer(seconds * 8));
  #thread = new Worker(new URL(import.meta.url), { workerData: this.#worst });

  /** The worst of the last seconds, in ms. */
  get ms() {
    const now = secondNow();
    let worst = 0;
    for (let second = now - seconds + 1; second <= now; second++) {
      const at = wordOf(second);
      if (Atomics.load(this.#worst, at + 1) === second) worst = Math.max(worst, Atomics.load(this.#worst, at));
    }
    return worst / 1000;
  }

  end() {
    return this.#thread.terminate();
  }
}

const secondNow = () => Math.floor(Date.now() / 1000);

function note(worst, lateUs) {
  const second = secondNow();
  const at = wordOf(second);
  const before = Atomics.load(worst, at + 1) === second ? Atomics.load(worst, at) : 0;
  Atomics.store(worst, at, Math.max(before, lateUs));
  Atomics.store(worst, at + 1, second);
}

if (!isMainThread) {
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  for (;;) {
    const before = performance.now();
    Atomics.wait(sleeper, 0, 0, sleepMs);
    note(workerData, Math.round((performance.now() - before - sleepMs) * 1000));
  }
}
