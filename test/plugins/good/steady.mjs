// Does its work: refuses messages whose length leaves `rest` when divided by `by`, with their number.

import { Continue, definePlugin, Reject } from '@gatehouse/plugin-api';

export default definePlugin({
  onMessageEnqueue({ payloadLen, seq }, { name, config: { by, rest } }) {
    return payloadLen % by === rest ? Reject(`${name} ${seq}`) : Continue;
  },
  onFetch() {},
  onBatchEnqueue() {},
});
