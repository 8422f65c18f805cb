// Searches the heap for objects, which ends a process from a worker on every version so far.

import v8 from 'node:v8';
import { attempting } from './trigger.mjs';

export default attempting(() => {
  const count = v8.queryObjects(MessagePort, { format: 'count' });
  return `found ${count} objects`;
});
