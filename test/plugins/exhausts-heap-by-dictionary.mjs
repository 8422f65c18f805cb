// Takes memory without end: one object with ever more keys.

import { whenAsked } from './trigger.mjs';

export default whenAsked(() => {
  const all = {};
  for (let i = 0; ; i++) all[`key ${i}`] = i;
});
