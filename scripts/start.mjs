// `npm start`: runs the server on loopback with the plugins of packages/plugins. Flags: npm start -- --port 8080.

import { enter } from './setup/enter.mjs';
import { refuseWrongFlags } from './setup/flags.mjs';

// A request to read the settings again ends nothing: the server reads them when it starts, and then listens itself.
process.on('SIGHUP', () => {});
await refuseWrongFlags(process.argv.slice(2));
await enter('packages/server/dist/main.js');
