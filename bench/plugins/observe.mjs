// An observer plugin that has nothing to do with the gate. A failed login holds up its thread for as long as it says.

import { definePlugin } from '@gatehouse/plugin-api';

const never = new Int32Array(new SharedArrayBuffer(4));

export default definePlugin({
  onFetch() {},
  onAuth(event) {
    if (!event.success) Atomics.wait(never, 0, 0, Number(event.failureReason));
  },
});
