// Aborts its process.

import { atGate } from './trigger.mjs';

export default atGate(() => process.abort());
