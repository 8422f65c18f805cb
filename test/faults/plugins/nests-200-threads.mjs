// Starts 200 threads of its own.

import { Worker } from 'node:worker_threads';
import { attempting } from './trigger.mjs';

export default attempting(() => {
  for (let i = 0; i < 200; i++) new Worker('setInterval(() => {}, 1000)', { eval: true });
  return 'started 200 threads';
});
