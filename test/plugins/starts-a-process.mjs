// Starts another program, and reads what that prints.

import { execFileSync } from 'node:child_process';
import { attempting } from './trigger.mjs';

export default attempting(() => {
  const printed = execFileSync(process.execPath, ['-p', '6 * 7'], { encoding: 'utf8' });
  return printed === '42\n' ? 'started a process' : undefined;
});
