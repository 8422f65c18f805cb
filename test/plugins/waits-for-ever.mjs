// Sleeps on a word that nobody changes.

import { whenAsked } from './trigger.mjs';

export default whenAsked(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
