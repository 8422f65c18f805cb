// Takes memory at once: parses a long text.

import { atGate } from './trigger.mjs';

export default atGate(() => JSON.parse(`[${'{},'.repeat(5_000_000)}{}]`));
