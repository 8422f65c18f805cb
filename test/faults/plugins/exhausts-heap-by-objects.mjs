// Takes memory without end: small objects.

import { atGate } from './trigger.mjs';

export default atGate(() => {
  const all = [];
  for (;;) all.push({ a: all.length, b: [all.length] });
});
