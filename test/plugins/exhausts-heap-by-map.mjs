// Takes memory without end: a Map.

import { whenAsked } from './trigger.mjs';

export default whenAsked(() => {
  const map = new Map();
  for (let i = 0; i < 16_000_000; i++) map.set(i, i);
});
