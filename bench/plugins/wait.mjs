// A gate plugin that waits for something else before it decides, as one does that asks a database or a service.

import { setTimeout as pause } from 'node:timers/promises';
import { Continue, definePlugin } from '@gatehouse/plugin-api';

const waitMs = 10;

export default definePlugin({
  async onMessageEnqueue() {
    await pause(waitMs);
    return Continue;
  },
});
