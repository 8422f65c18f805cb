// Ends its process when it is asked: at once with its configured code, or a tick later. May take its time to start.

import { setTimeout as pause } from 'node:timers/promises';
import { whenAsked } from './trigger.mjs';

export default whenAsked(
  {
    misbehave: ({ config }) => process.exit(config.code ?? 0),
    'exit later': () => process.nextTick(() => process.exit(1)) ?? new Promise(() => {}),
  },
  { start: ({ config: { startsMs } }) => startsMs && pause(startsMs) },
);
