// Refuses with a reason of 10 MB.

import { Reject } from '@gatehouse/plugin-api';
import { whenAsked } from './trigger.mjs';

export default whenAsked(() => Reject('é'.repeat(5_000_000)));
