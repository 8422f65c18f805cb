// `npm run build`: installs and compiles what is missing.

import { prepare } from './prepare.mjs';

await prepare();
console.log('built');
