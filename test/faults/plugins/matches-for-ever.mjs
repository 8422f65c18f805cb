// Matches a pattern that takes longer than anybody lives.

import { atGate } from './trigger.mjs';

export default atGate(() => /^(a+)+$/.test(`${'a'.repeat(40)}b`));
