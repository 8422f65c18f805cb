// Refuses with a reason of 10 MB.

import { Reject } from '@gatehouse/plugin-api';
import { atGate } from './trigger.mjs';

export default atGate(() => Reject('x'.repeat(10_000_000)));
