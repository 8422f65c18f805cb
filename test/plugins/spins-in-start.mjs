// Never comes to the end of its start.

import { answering } from './trigger.mjs';

export default answering({
  start() {
    for (;;);
  },
});
