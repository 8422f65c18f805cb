// `npm start`: the server on loopback with the plugins of packages/plugins. Arguments go to the server.

import { pathToFileURL } from 'node:url';
import { prepare } from './prepare.mjs';
import { inRoot } from './setup/root.mjs';

await prepare();
// In this very process: signals, exit code and terminal are the server's own.
process.argv[1] = inRoot('packages/server/dist/main.js');
await import(pathToFileURL(process.argv[1]).href);
