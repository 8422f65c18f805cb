// `npm run bench`: measures the gate, the observers and the host. Arguments go to the benchmark, see bench/README.md.

import { pathToFileURL } from 'node:url';
import { prepare } from './prepare.mjs';
import { inRoot } from './setup/root.mjs';

await prepare();
process.argv[1] = inRoot('bench/dist/main.js');
await import(pathToFileURL(process.argv[1]).href);
