// Takes memory without end: a Map.

import { atGate } from './trigger.mjs';

export default atGate(() => {
  const map = new Map();
  for (let i = 0; i < 16_000_000; i++) map.set(i, i);
});
