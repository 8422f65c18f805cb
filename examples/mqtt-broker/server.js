// The broker as a program: `npm start`, `npm start -- PLUGIN_FOLDER` for one more plugin; PORT is 1883 by default.

import { dirname, resolve } from 'node:path';
import { startBroker } from './broker.js';

const paths = process.argv.slice(2).map((path) => resolve(path));
const hostOptions = { plugins: paths.map(dirname), enabled: paths };
const broker = await startBroker({ port: Number(process.env.PORT ?? 1883), hostOptions });
console.log(`mqtt://localhost:${broker.port}, Ctrl-C ends it`);
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => broker.close());
