// Takes as much processor time in its start as it is configured with, in ms.

import { Continue, definePlugin } from '@gatehouse/plugin-api';

export default definePlugin({
  start({ config: { ms } }) {
    const end = performance.now() + ms;
    while (performance.now() < end);
  },
  onMessageEnqueue: () => Continue,
});
