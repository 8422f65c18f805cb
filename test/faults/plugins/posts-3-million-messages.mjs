// Posts 3 million messages to whoever owns its thread.

import { parentPort } from 'node:worker_threads';
import { behind } from './trigger.mjs';

export default behind(() => {
  const post = parentPort ? (message) => parentPort.postMessage(message) : (message) => process.send?.(message);
  for (let i = 0; i < 3_000_000; i++) post({ flood: i });
});
