// Refuses with a reason that is no well-formed text.

import { Reject } from '@gatehouse/plugin-api';
import { whenAsked } from './trigger.mjs';

export default whenAsked(() => Reject('\ud800 broken \udfff'));
