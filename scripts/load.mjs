// `npm run load`: drives the server with real clients. Arguments go to the load, see docs/operations.md.

import { enter } from './setup/enter.mjs';

await enter('bench/dist/load/main.js');
