// `npm run dev`: the server, built and restarted when a source of the packages changes. Flags follow after `--`, as they
// do for `npm start`.

import { prepare } from './prepare.mjs';
import { install, isInstalled } from './setup/dependencies.mjs';
import { alone } from './setup/lock.mjs';
import { inRoot, root } from './setup/root.mjs';
import { compile, projects } from './setup/sources.mjs';
import { StepError } from './setup/step.mjs';
import { restarting } from './watch/restarting.mjs';

/** Without tests and benchmarks: the server does not need them, and they may be broken meanwhile. */
const packages = () => projects().filter((project) => project.startsWith('packages/'));

async function build() {
  try {
    await alone(async () => {
      if (!isInstalled()) await install();
      await compile(packages());
    });
    return true;
  } catch (error) {
    if (error instanceof StepError) return false;
    throw error;
  }
}

await prepare();
await restarting({
  args: [inRoot('packages/server/dist/main.js'), ...process.argv.slice(2)],
  folders: packages().flatMap((project) => ['src', 'package.json'].map((part) => inRoot(project, part))),
  base: root,
  build,
});
