// `npm run tour`: a real client talks to a real server, and shows what the plugins do.

import { pathToFileURL } from 'node:url';
import { prepare } from './prepare.mjs';
import { inRoot } from './setup/root.mjs';

await prepare();
process.argv[1] = inRoot('test/dist/tour/main.js');
await import(pathToFileURL(process.argv[1]).href);
