// The chat as a program: `npm start`, `npm start -- PLUGIN_FOLDER` for one more plugin; PORT is 8080 by default.

import { dirname, resolve } from 'node:path';
import { startChat } from './chat.js';

const paths = process.argv.slice(2).map((path) => resolve(path));
const hostOptions = { plugins: paths.map(dirname), enabled: paths };
const chat = await startChat({ port: Number(process.env.PORT ?? 8080), hostOptions });
console.log(`ws://localhost:${chat.port}/ROOM?user=NAME, transcripts are in ./data; Ctrl-C ends it`);
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => chat.close());
