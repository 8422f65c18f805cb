// Ends its process in its start.

import { answering } from './trigger.mjs';

export default answering({ start: () => process.exit(0) });
