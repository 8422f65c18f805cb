// Makes much memory that V8 may not count at each message, and lets go of it before it answers.

import { setTimeout as pause } from 'node:timers/promises';
import { Continue, definePlugin } from '@gatehouse/plugin-api';

const bytes = 2 ** 21;

/** A message that is read at once. */
async function passOn() {
  const { port1, port2 } = new MessageChannel();
  const got = new Promise((resolve) => port2.once('message', resolve));
  port1.postMessage(Buffer.alloc(bytes));
  await got;
  port1.close();
}

export default definePlugin({
  async onMessageEnqueue() {
    new SharedArrayBuffer(bytes);
    new Blob([Buffer.alloc(bytes)]);
    await passOn();
    // Garbage is collected when there is enough of it that V8 knows of.
    for (let i = 0; i < 4; i++) {
      Buffer.alloc(2 ** 22);
      await pause(2);
    }
    return Continue;
  },
});
