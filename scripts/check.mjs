// `npm run check`: types and lint, without a test.

import { prepareAndReport } from './prepare.mjs';

if (!(await prepareAndReport())) process.exitCode = 1;
else console.log('ok    types');
await import('./lint.mjs');
