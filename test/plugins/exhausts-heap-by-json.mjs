// Takes memory at once: parses a long text.

import { whenAsked } from './trigger.mjs';

export default whenAsked(() => JSON.parse(`[${'{},'.repeat(5_000_000)}{}]`));
