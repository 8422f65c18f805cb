// Takes memory without end: one object with ever more keys.

import { atGate } from './trigger.mjs';

export default atGate(() => {
  const all = {};
  for (let i = 0; ; i++) all[`key ${i}`] = i;
});
