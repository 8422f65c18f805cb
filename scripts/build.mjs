// `npm run build`: installs missing dependencies and compiles changed sources.

import { prepare } from './prepare.mjs';

await prepare();
console.log('built');
