// Posts messages to whoever owns its thread: 3 million, or without end.

import { parentPort } from 'node:worker_threads';
import { besidesAnswering } from './trigger.mjs';

/** In a process of its own, there is nobody to post to. */
function post(message) {
  if (parentPort === null) throw new Error('there is no port to its parent');
  parentPort.postMessage(message);
}

const atOnce = 5000;

function flood(left) {
  for (let i = 0; i < atOnce; i++) post({ flood: left });
  if (left > atOnce) setImmediate(flood, left - atOnce);
}

export default besidesAnswering({
  misbehave: () => flood(3_000_000),
  'without end': () => flood(Number.POSITIVE_INFINITY),
});
