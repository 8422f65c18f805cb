// `npm run check`: checks types and lint, without tests.

import { prepareAndReport } from './prepare.mjs';

if (!(await prepareAndReport())) process.exitCode = 1;
else console.log('ok    types');
await import('./lint.mjs');
