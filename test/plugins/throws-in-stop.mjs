// Throws in its stop.

import { answering } from './trigger.mjs';

export default answering({
  stop() {
    throw new Error('cannot let go');
  },
});
