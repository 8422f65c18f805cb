// Ends its process in its start.

import { living } from './trigger.mjs';

export default living({ start: () => process.exit(0) });
