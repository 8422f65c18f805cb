// Ends its process when it is asked.

import { atGate } from './trigger.mjs';

export default atGate(() => process.exit(0));
