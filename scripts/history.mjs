// `npm run history -- --seed N --rounds N`: what was acknowledged is kept, whatever happens to the server.

import { enter } from './setup/enter.mjs';

await enter('test/dist/history/main.js');
