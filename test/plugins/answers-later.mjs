// Answers after a turn of the event loop, the longer the payload the later; rejects lengths over 100, and throws then.

import { setTimeout as pause } from 'node:timers/promises';
import { Continue, definePlugin, Reject } from '@gatehouse/plugin-api';
import { deedOf, misbehave } from './trigger.mjs';

export default definePlugin({
  async onMessageEnqueue(event) {
    const { payloadLen } = event;
    await pause(payloadLen % 10);
    if (deedOf(event) === misbehave) throw new Error('later');
    return payloadLen > 100 ? Reject(`too long: ${payloadLen}`) : Continue;
  },
});
