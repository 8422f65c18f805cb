// Prints without end, with the console or past it, where its own thread does not limit it.

import { Writable } from 'node:stream';
import { besidesAnswering, misbehave } from './trigger.mjs';

function flood() {
  for (let i = 0; i < 2000; i++) console.log(`flood ${i} of ${'x'.repeat(200)}`);
  setImmediate(flood);
}

function floodPastTheLimit() {
  Writable.prototype.write.call(process.stdout, 'flood\n'.repeat(10_000));
  setImmediate(floodPastTheLimit);
}

export const deeds = { [misbehave]: flood, 'past its limit': floodPastTheLimit };

export default besidesAnswering(deeds);
