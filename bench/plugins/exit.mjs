// A gate plugin that ends its thread on a message without a payload.

import { Continue, definePlugin } from '@gatehouse/plugin-api';

export default definePlugin({
  onMessageEnqueue(event) {
    if (event.payloadLen === 0) process.exit();
    return Continue;
  },
});
