// Takes memory without end: texts.

import { atGate } from './trigger.mjs';

export default atGate(() => {
  const all = [];
  for (let i = 0; ; i++) all.push(`${i}`.repeat(1000).split('').join('-'));
});
