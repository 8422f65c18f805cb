// Logs without end, short lines or long ones.

import { besidesAnswering } from './trigger.mjs';

function flood(write) {
  for (let i = 0; i < 10_000; i++) write(i);
  setImmediate(flood, write);
}

export default besidesAnswering({
  misbehave: ({ log }) => flood((i) => log.info({ i }, 'flood')),
  'long lines': ({ log }) => flood(() => log.info('x'.repeat(100_000))),
});
