// Ends its process when it is asked: at once with the code that it is configured with, or a tick later.

import { whenAsked } from './trigger.mjs';

export default whenAsked({
  misbehave: ({ config }) => process.exit(config.code ?? 0),
  'exit later': () => process.nextTick(() => process.exit(1)) ?? new Promise(() => {}),
});
