// Ends its process when it is told.

import { atFetch } from './trigger.mjs';

export default atFetch(() => process.exit(0));
