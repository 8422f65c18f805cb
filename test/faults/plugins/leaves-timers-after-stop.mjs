// Leaves timers behind when it is stopped.

import { living } from './trigger.mjs';

export default living({
  start() {
    setInterval(() => {}, 1);
  },
  stop() {
    setInterval(() => {}, 1);
  },
});
