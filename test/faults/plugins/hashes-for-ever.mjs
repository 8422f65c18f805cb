// Computes a hash that takes long, deaf to everything.

import { scryptSync } from 'node:crypto';
import { atGate } from './trigger.mjs';

export default atGate(() => scryptSync('password', 'salt', 64, { N: 2 ** 17, r: 8, p: 24, maxmem: 2 ** 30 }));
