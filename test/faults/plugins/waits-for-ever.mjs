// Sleeps on a word that nobody changes.

import { atGate } from './trigger.mjs';

export default atGate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
