// `npm run lint`: checks style and mistakes in all files, and that nothing is unused; `npm run lint -- --write` fixes
// what can be fixed.

import { spawnSync } from 'node:child_process';
import { prepareDependencies } from './prepare.mjs';
import { root } from './setup/root.mjs';
import { linters } from './suite/linters.mjs';

await prepareDependencies();
for (const [name, args] of Object.entries(linters(...process.argv.slice(2)))) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status === 0) console.log(`ok    ${name}`);
  else process.exitCode = 1;
}
