// `npm run pack`: packs everything that is published into tarballs, in the folder `packed` or `-- --to FOLDER`.

import { resolve } from 'node:path';
import { prepare } from './prepare.mjs';
import { inRoot } from './setup/root.mjs';

const at = process.argv.indexOf('--to');
const folder = at < 0 ? inRoot('packed') : resolve(process.argv[at + 1] ?? 'packed');

await prepare();
// Imported late: before the preparation there may be no bundler.
const { pack } = await import('./pack/pack.mjs');
for (const tarball of await pack(folder)) console.log(tarball);
