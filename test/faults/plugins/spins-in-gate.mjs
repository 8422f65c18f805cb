// Spins for ever when it is asked.

import { atGate } from './trigger.mjs';

export default atGate(() => {
  for (;;);
});
