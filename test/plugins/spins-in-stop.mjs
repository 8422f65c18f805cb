// Never comes to the end of its stop.

import { answering } from './trigger.mjs';

export default answering({
  stop() {
    for (;;);
  },
});
