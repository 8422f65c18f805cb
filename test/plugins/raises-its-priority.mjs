// Gives its thread a higher priority; logs which one it had at its start.

import { getPriority, setPriority } from 'node:os';
import { attempting } from './trigger.mjs';

const attempt = () => {
  setPriority(0);
  return 'raised its priority';
};

export default attempting(attempt, { start: ({ log }) => log.info({ priority: getPriority() }, 'priority') });
