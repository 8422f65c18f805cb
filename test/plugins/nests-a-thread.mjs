// Starts a thread of its own, and waits for what that says.

import { Worker } from 'node:worker_threads';
import { attempting } from './trigger.mjs';

export default attempting(() => {
  const worker = new Worker('require("node:worker_threads").parentPort.postMessage("nested")', { eval: true });
  return new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
});
