// Tells the supervisor how much memory this thread has taken, where that cannot see it by itself.

import { getHeapStatistics } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { word } from '../channel/index.js';

const everyMs = 1000;

/** Node 22.16 and later show a thread's heap to its owner. */
const isNeeded = !('getHeapStatistics' in Worker.prototype);

export function reportMemory(control: Int32Array): void {
  if (isNeeded) setInterval(() => report(control), everyMs).unref();
}

function report(control: Int32Array): void {
  const { used_heap_size, external_memory } = getHeapStatistics();
  Atomics.store(control, word.HEAP_KB, used_heap_size / 1024);
  Atomics.store(control, word.EXTERNAL_KB, external_memory / 1024);
}
