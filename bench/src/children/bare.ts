// Worker threads of Node alone, whose start and memory those of plugins are compared with.

import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { answer } from '../answers.js';

/** Waits for a message, as a worker does that can be asked something. */
const script = `const { parentPort } = require('node:worker_threads');
  parentPort.on('message', () => {});
  parentPort.postMessage('ready');`;

const rssMb = () => process.memoryUsage.rss() / 2 ** 20;
const workers: Worker[] = [];

async function start(): Promise<void> {
  const worker = new Worker(script, { eval: true, env: {}, execArgv: [], stdout: true, stderr: true });
  workers.push(worker);
  await once(worker, 'message');
}

const answers = {
  /** Starts as many, as many at a time as there are cores. Resolves with the time, and by how much the process grew. */
  async open(count: number): Promise<{ readonly ms: number; readonly mb: number }> {
    const before = rssMb();
    const from = performance.now();
    const lane = async () => {
      while (workers.length < count) await start();
    };
    await Promise.all(Array.from({ length: availableParallelism() }, lane));
    return { ms: performance.now() - from, mb: rssMb() - before };
  },
};

export type BareChild = typeof answers;

answer(answers);
