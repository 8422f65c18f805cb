// `npm start`: runs the server on loopback with the plugins of packages/plugins. Flags: npm start -- --port 8080.

import { enter } from './setup/enter.mjs';

await enter('packages/server/dist/main.js');
