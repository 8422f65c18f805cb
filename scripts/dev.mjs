// `npm run dev`: runs the server, and rebuilds and restarts it when a source of the packages changes. Flags follow
// after `--`, as for `npm start`.

import { prepare } from './prepare.mjs';
import { install, isInstalled } from './setup/dependencies.mjs';
import { alone } from './setup/lock.mjs';
import { inRoot, root } from './setup/root.mjs';
import { compile, projects } from './setup/sources.mjs';
import { StepError } from './setup/step.mjs';
import { restarting } from './watch/restarting.mjs';

/** Excludes tests and benchmarks: the server does not need them, and they may not compile meanwhile. */
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
