// `npm run tour`: a real client talks to a real server, and shows what the plugins do.

import { enter } from './setup/enter.mjs';

await enter('test/dist/tour/main.js');
