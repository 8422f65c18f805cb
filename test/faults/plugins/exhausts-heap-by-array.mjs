// Takes memory at once: one huge array.

import { atGate } from './trigger.mjs';

export default atGate(() => new Array(1e8).fill(0));
