// Logs without end, short lines, long ones, or such with large fields.

import { besidesAnswering } from './trigger.mjs';

const large = new Array(200_000).fill(1.25);

function flood(write) {
  for (let i = 0; i < 10_000; i++) write(i);
  setImmediate(flood, write);
}

export default besidesAnswering({
  misbehave: ({ log }) => flood((i) => log.info({ i }, 'flood')),
  'large fields': ({ log }) => flood(() => log.info({ list: large }, 'flood')),
  'long lines': ({ log }) => flood(() => log.info('x'.repeat(100_000))),
});
