// Sleeps, holding its thread, at every login and every batch: long at the login that names it.

import { definePlugin } from '@gatehouse/plugin-api';
import { misbehave } from './trigger.mjs';

const clock = new Int32Array(new SharedArrayBuffer(4));
const sleep = (ms) => Atomics.wait(clock, 0, 0, ms);

export default definePlugin({
  onAuth: ({ username }) => sleep(username === misbehave ? 100 : 1),
  onBatchEnqueue: () => sleep(1),
});
