// Logs a hundred lines and then ends its thread, all in one turn.

import { whenAsked } from './trigger.mjs';

export default whenAsked(({ log }) => {
  for (let i = 0; i < 100; i++) log.info(`line ${i}`);
  process.exit(1);
});
