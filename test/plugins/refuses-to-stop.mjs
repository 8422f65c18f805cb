// Never says that it has stopped.

import { answering } from './trigger.mjs';

export default answering({ stop: () => new Promise(() => {}) });
