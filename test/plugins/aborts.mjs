// Aborts its process.

import { whenAsked } from './trigger.mjs';

export default whenAsked(() => process.abort());
