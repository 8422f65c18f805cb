// Never lets its event loop go on, by one microtask after the other.

import { atGate } from './trigger.mjs';

const again = () => queueMicrotask(again);

export default atGate(() => {
  again();
  return new Promise(() => {});
});
