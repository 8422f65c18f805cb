// A process that does one thing to a store, and kills itself as soon as it has the answer.

import { type DeedName, deeds } from './deeds.js';
import { openers, type StoreName } from './openers.js';

const [name, folder, deed] = process.argv.slice(2) as [StoreName, string, DeedName];
const store = await openers[name](folder, () => 1_000);
await deeds[deed].does(store);
process.kill(process.pid, 'SIGKILL');
