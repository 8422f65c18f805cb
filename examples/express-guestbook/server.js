// The guestbook as a program: `npm start`, `npm start -- PLUGIN_FOLDER` for one more plugin; PORT is 3000 by default,
// and TOKEN, which opens /admin, a new one at each start.

import { randomUUID } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { startGuestbook } from './guestbook.js';

const paths = process.argv.slice(2).map((path) => resolve(path));
const hostOptions = { plugins: paths.map(dirname), enabled: paths };
const token = process.env.TOKEN ?? randomUUID();
const guestbook = await startGuestbook({ port: Number(process.env.PORT ?? 3000), token, hostOptions });
console.log(`http://localhost:${guestbook.port}/entries, Ctrl-C ends it`);
if (process.env.TOKEN === undefined)
  console.log(`operators: http://localhost:${guestbook.port}/admin/plugins, TOKEN=${token}`);
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => guestbook.close());
