// Works on a message for as many thousand steps as its payload is long, without letting go of its thread.
import { Continue, definePlugin, Reject } from '@gatehouse/plugin-api';

export default definePlugin({
  onMessageEnqueue({ payloadLen }) {
    let sum = 0;
    for (let step = 0; step < payloadLen * 1000; step++) sum = (sum + step * 31) % 1_000_003;
    return sum < 0 ? Reject('there is no such sum') : Continue;
  },
});
