// `npm start`: the server on loopback with the plugins of packages/plugins. Its settings come from the environment.

import { enter } from './setup/enter.mjs';

await enter('packages/server/dist/main.js');
