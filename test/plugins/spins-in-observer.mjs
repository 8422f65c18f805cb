// Spins for ever when it is told, and logs that before.

import { whenTold } from './trigger.mjs';

export default whenTold(({ log }) => {
  log.info('it spins now');
  for (;;);
});
