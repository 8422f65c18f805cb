// Refuses with a reason that is no well-formed text.

import { Reject } from '@gatehouse/plugin-api';
import { atGate } from './trigger.mjs';

export default atGate(() => Reject('\ud800 broken \udfff'));
