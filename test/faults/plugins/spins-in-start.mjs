// Never comes to the end of its start.

import { living } from './trigger.mjs';

export default living({
  start() {
    for (;;);
  },
});
