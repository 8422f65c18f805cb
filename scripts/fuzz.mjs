// `npm run fuzz -- --requests N --seed N`: sends every route valid and hostile requests, from the OpenAPI document.

import { prepare } from './prepare.mjs';

await prepare();
// Imported late: before the preparation there may be no packages.
await import('../test/fuzz/main.mjs');
