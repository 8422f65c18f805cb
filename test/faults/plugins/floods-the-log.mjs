// Logs without end.

import { behind } from './trigger.mjs';

function flood(log) {
  for (let i = 0; i < 2000; i++) log.info({ i }, 'flood');
  setImmediate(flood, log);
}

export default behind(({ log }) => flood(log));
