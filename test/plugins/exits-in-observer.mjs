// Ends its process when it is told.

import { whenTold } from './trigger.mjs';

export default whenTold(() => process.exit(0));
