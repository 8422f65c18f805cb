// Posts 3 million messages to whoever owns its thread.

import { parentPort } from 'node:worker_threads';
import { behind } from './trigger.mjs';

const post = parentPort ? (message) => parentPort.postMessage(message) : (message) => process.send?.(message);
const atOnce = 5000;

function flood(left) {
  for (let i = 0; i < atOnce; i++) post({ flood: left });
  if (left > atOnce) setImmediate(flood, left - atOnce);
}

export default behind(() => flood(3_000_000));
