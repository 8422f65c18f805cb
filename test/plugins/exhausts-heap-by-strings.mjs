// Takes memory without end: texts.

import { whenAsked } from './trigger.mjs';

export default whenAsked(() => {
  const all = [];
  for (let i = 0; ; i++) all.push(`${i}`.repeat(1000).split('').join('-'));
});
