// Prints without end.

import { besidesAnswering } from './trigger.mjs';

function flood() {
  for (let i = 0; i < 2000; i++) console.log(`flood ${i} of ${'x'.repeat(200)}`);
  setImmediate(flood);
}

export default besidesAnswering(flood);
