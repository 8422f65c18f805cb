// Asks its process to end, as an operator would.

import { attempting } from './trigger.mjs';

export default attempting(() => {
  process.kill(process.pid, 'SIGTERM');
});
