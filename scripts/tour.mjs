// `npm run tour`: runs a real client against a real server, and shows the effects of the plugins.

import { enter } from './setup/enter.mjs';

await enter('test/dist/tour/main.js');
