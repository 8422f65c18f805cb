// Listens to the signal of its end many times, as code does that passes it on with each request.

import { Continue, definePlugin } from '@gatehouse/plugin-api';

let aborted = 0;

export default definePlugin({
  onMessageEnqueue: () => Continue,
  start({ signal }) {
    for (let i = 0; i < 100; i++) signal.addEventListener('abort', () => aborted++);
  },
  stop: ({ log }) => log.info(`aborted ${aborted} times`),
});
