// Sends its process the signal that nothing survives, also by the imported name.

import { kill } from 'node:process';
import { attempting } from './trigger.mjs';

export default attempting(({ config }) => {
  if (config.imported) kill(process.pid, 'SIGKILL');
  else process.kill(process.pid, 'SIGKILL');
});
