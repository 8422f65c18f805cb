// Sets a flag of V8 for the whole process, which does not bear it.

import { setFlagsFromString } from 'node:v8';
import { attempting } from './trigger.mjs';

export default attempting(() => {
  setFlagsFromString('--single-threaded');
  for (let i = 0, all = []; i < 1_000_000; i++) all.push({ i });
  return 'set a flag of V8 for the whole process';
});
