// Fills libuv's pool with opens that never end.

import { open } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { attempting } from './trigger.mjs';

export default attempting(async ({ config }) => {
  const opens = Array.from({ length: 16 }, () => open(config.fifo, 'r'));
  const timer = pause(30, 'kept the pool of the process busy');
  return Promise.race([...opens, timer]);
});
