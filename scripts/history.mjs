// `npm run history -- --seed N --rounds N`: tests that acknowledged messages are kept, whatever happens to the server.

import { enter } from './setup/enter.mjs';

await enter('test/dist/history/main.js');
