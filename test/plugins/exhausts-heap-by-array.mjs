// Takes memory at once: one huge array.

import { whenAsked } from './trigger.mjs';

export default whenAsked(() => new Array(1e8).fill(0));
