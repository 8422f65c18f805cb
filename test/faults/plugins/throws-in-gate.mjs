// Throws when it is asked.

import { atGate } from './trigger.mjs';

export default atGate(() => {
  throw new Error('in the gate');
});
