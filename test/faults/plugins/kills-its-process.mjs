// Sends its process the signal that nothing survives.

import { attempting } from './trigger.mjs';

export default attempting(() => {
  process.kill(process.pid, 'SIGKILL');
});
