// Throws whatever it is told.

import { living } from './trigger.mjs';

function onAny() {
  throw new Error('in an observer');
}

export default living({
  onBatchEnqueue: onAny,
  onAuth: onAny,
  onChannelCreated: onAny,
  onFetch: ({ messageCount }) => (messageCount === 666 ? onAny() : undefined),
  onUserRegistered: onAny,
});
