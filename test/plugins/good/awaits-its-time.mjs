// Waits for as many milliseconds over a message as its payload is long, and lets go of its thread meanwhile.
import { setTimeout as pause } from 'node:timers/promises';
import { Continue, definePlugin } from '@gatehouse/plugin-api';

export default definePlugin({
  async onMessageEnqueue({ payloadLen }) {
    await pause(payloadLen);
    return Continue;
  },
});
