// A gate plugin that never answers a message without a payload.

import { Continue, definePlugin } from '@gatehouse/plugin-api';

export default definePlugin({
  onMessageEnqueue(event) {
    while (event.payloadLen === 0);
    return Continue;
  },
});
