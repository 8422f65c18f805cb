// Runs the chosen tests again after each change, and stops a run that is still under way.

import { prepareDependencies } from '../prepare.mjs';
import { inRoot, root } from '../setup/root.mjs';
import { watchChanges } from './changes.mjs';
import { latest } from './latest.mjs';
import { onEnd } from './on-end.mjs';
import { Program } from './program.mjs';

const folders = ['packages', 'test', 'bench', 'scripts', 'docs'].map((folder) => inRoot(folder));

/** Runs until the process gets a signal to end. `filters`: as those of `npm test`. */
export async function watchTests(filters) {
  await prepareDependencies();
  const tests = new Program([inRoot('scripts/test.mjs'), ...filters], { cwd: root, stdio: 'inherit' }, waiting);
  const renew = latest(async ([file, ...others]) => {
    await tests.stop();
    console.log(`\nchanged: ${file}${others.length > 0 ? ` and ${others.length} more` : ''}`);
    tests.start();
  });
  const close = await watchChanges(folders, root, renew);
  onEnd({ end: () => Promise.all([close(), tests.stop()]), kill: () => tests.kill() });
  tests.start();
}

const waiting = () => console.log('watching for changes; Ctrl-C ends');
