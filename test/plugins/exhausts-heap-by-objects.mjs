// Takes memory without end: small objects.

import { whenAsked } from './trigger.mjs';

export default whenAsked(() => {
  const all = [];
  for (;;) all.push({ a: all.length, b: [all.length] });
});
