// `npm run lint`: checks style and mistakes in all files; `npm run lint -- --write` mends what can be mended.

import { spawnSync } from 'node:child_process';
import { prepareDependencies } from './prepare.mjs';
import { inRoot, root } from './setup/root.mjs';

await prepareDependencies();
const biome = inRoot('node_modules/@biomejs/biome/bin/biome');
const { status } = spawnSync(process.execPath, [biome, 'check', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
