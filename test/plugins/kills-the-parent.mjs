// Ends the process that started its own.

import { attempting } from './trigger.mjs';

export default attempting(() => {
  process.kill(process.ppid, 'SIGTERM');
  return 'sent a signal to the parent process';
});
