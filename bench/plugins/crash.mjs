// A gate plugin that ends its thread after a second, whatever it is doing.

import { Continue, definePlugin } from '@gatehouse/plugin-api';

const lifeMs = 1000;

setTimeout(() => process.exit(), lifeMs);

export default definePlugin({
  onMessageEnqueue: () => Continue,
});
