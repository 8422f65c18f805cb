// Prints without end.

import { behind } from './trigger.mjs';

function flood() {
  for (let i = 0; i < 2000; i++) console.log(`flood ${i} of ${'x'.repeat(200)}`);
  setImmediate(flood);
}

export default behind(flood);
