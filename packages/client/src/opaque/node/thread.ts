// A thread of Node.

import { type Transferable, Worker } from 'node:worker_threads';
import { wrap } from 'comlink';
import type { Steps } from '../steps.js';
import type { Thread } from '../thread.js';

export function startThread(): Thread {
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(new URL('./worker.js', import.meta.url), {
    execArgv: [],
    workerData: port2,
    // The types declare this port as a browser's.
    transferList: [port2 as unknown as Transferable],
  });
  const failed = new Promise<never>((_resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the thread has ended with ${code}`)));
  });
  const end = () => {
    port1.close();
    void worker.terminate();
  };
  return { steps: wrap<Steps>(port1), failed, end };
}
