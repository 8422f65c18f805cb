// Throws in a timer that it set when it was asked.

import { behind } from './trigger.mjs';

export default behind(() => {
  setTimeout(() => {
    throw new Error('in a timer');
  }, 20);
});
