// A gate plugin that fills its heap on a message without a payload.

import { Continue, definePlugin } from '@gatehouse/plugin-api';

function fill() {
  const list = [];
  for (;;) list.push({ at: list.length, text: `item ${list.length}` });
}

export default definePlugin({
  onMessageEnqueue(event) {
    if (event.payloadLen === 0) fill();
    return Continue;
  },
});
