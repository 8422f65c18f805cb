// `npm run bench`: measures the gate, the observers and the host. Arguments go to the benchmark, see bench/README.md.

import { enter } from './setup/enter.mjs';

await enter('bench/dist/main.js');
