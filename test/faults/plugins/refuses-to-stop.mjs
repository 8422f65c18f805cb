// Never says that it has stopped.

import { living } from './trigger.mjs';

export default living({ stop: () => new Promise(() => {}) });
