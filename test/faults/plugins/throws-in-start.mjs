// Throws in its start.

import { living } from './trigger.mjs';

export default living({
  start() {
    throw new Error('in the start');
  },
});
