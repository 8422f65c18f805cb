// Starts another program.

import { execFileSync } from 'node:child_process';
import { attempting } from './trigger.mjs';

export default attempting(() => {
  execFileSync('true');
  return 'started a process';
});
