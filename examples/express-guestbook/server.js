// The guestbook as a program: `npm start`, `npm start -- PLUGIN_FOLDER` for one more plugin; PORT is 3000 by default.

import { dirname, resolve } from 'node:path';
import { startGuestbook } from './guestbook.js';

const paths = process.argv.slice(2).map((path) => resolve(path));
const hostOptions = { plugins: paths.map(dirname), enabled: paths };
const guestbook = await startGuestbook({ port: Number(process.env.PORT ?? 3000), hostOptions });
console.log(`http://localhost:${guestbook.port}/entries, Ctrl-C ends it`);
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => guestbook.close());
