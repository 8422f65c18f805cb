// Spins for ever when it is told.

import { atFetch } from './trigger.mjs';

export default atFetch(() => {
  for (;;);
});
