// Counts in shared memory how many of its kind start at this moment, and the most that there were.

import { setTimeout as pause } from 'node:timers/promises';
import { Continue, definePlugin } from '@gatehouse/plugin-api';

export default definePlugin({
  async start({ config: { now, most } }) {
    const starting = Atomics.add(now, 0, 1) + 1;
    if (starting > Atomics.load(most, 0)) Atomics.store(most, 0, starting);
    await pause(200);
    Atomics.sub(now, 0, 1);
  },
  onMessageEnqueue: () => Continue,
});
