// Answers with a promise that never settles.

import { atGate } from './trigger.mjs';

export default atGate(() => new Promise(() => {}));
