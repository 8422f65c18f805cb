// Throws in its stop.

import { living } from './trigger.mjs';

export default living({
  stop() {
    throw new Error('in the stop');
  },
});
