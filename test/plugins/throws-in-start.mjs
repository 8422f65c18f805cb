// Throws in its start.

import { answering } from './trigger.mjs';

export default answering({
  start() {
    throw new Error('no database');
  },
});
