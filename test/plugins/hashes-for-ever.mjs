// Stays in native code for ever, from which no thread can be ended.

import { pbkdf2Sync } from 'node:crypto';
import { whenAsked } from './trigger.mjs';

export default whenAsked(() => pbkdf2Sync('x', 'y', 2 ** 31 - 1, 64, 'sha512'));
