// `npm run fuzz -- --requests N --seed N`: every route under valid and hostile requests, made from the OpenAPI document.

import { prepare } from './prepare.mjs';

await prepare();
// Imported late: before the preparation there may be no packages.
await import('../test/fuzz/main.mjs');
