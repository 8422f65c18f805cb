// Starts 200 threads of its own.

import { Worker } from 'node:worker_threads';
import { attempting, confess } from './trigger.mjs';

let count = 0;

function start() {
  new Worker('setInterval(() => {}, 1000)', { eval: true });
  count++;
}

function startMore() {
  for (let i = 0; i < 4; i++) start();
  if (count < 200) setTimeout(startMore, 10);
  else confess('started 200 threads');
}

export default attempting(() => {
  start();
  setTimeout(startMore, 10);
});
