// The mail server as a program: `npm start`, `npm start -- PLUGIN_FOLDER` for one more plugin; PORT is 2525 by default.

import { dirname, resolve } from 'node:path';
import { startSmtp } from './smtp.js';

const paths = process.argv.slice(2).map((path) => resolve(path));
const hostOptions = { plugins: paths.map(dirname), enabled: paths };
const smtp = await startSmtp({ port: Number(process.env.PORT ?? 2525), hostOptions });
console.log(`smtp://localhost:${smtp.port}, mails are written to ./mail; Ctrl-C ends it`);
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => smtp.close());
