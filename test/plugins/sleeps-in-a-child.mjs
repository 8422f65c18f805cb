// Waits for another program, deaf to everything.

import { execSync } from 'node:child_process';
import { attempting } from './trigger.mjs';

export default attempting(() => {
  execSync('sleep 4');
  return 'started a process';
});
