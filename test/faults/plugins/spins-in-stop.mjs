// Never comes to the end of its stop.

import { living } from './trigger.mjs';

export default living({
  stop() {
    for (;;);
  },
});
