// Keeps a program running on the newest build: builds on change, and restarts the program when the build succeeds.

import { watchChanges } from './changes.mjs';
import { latest } from './latest.mjs';
import { onEnd } from './on-end.mjs';
import { Program } from './program.mjs';

/**
 * Runs `args` with Node, and again after each change below `folders`, until the process gets a signal to end. `build`
 * resolves to true if the build succeeded; otherwise the old program keeps running.
 */
export async function restarting({ args, folders, base, build }) {
  const program = new Program(args, { stdio: ['ignore', 'inherit', 'inherit'] }, (how) => {
    console.log(`dev: the server has ended (${how}); it starts again after the next change`);
  });
  const renew = latest(async (files) => {
    console.log(`dev: changed ${listed(files)}`);
    if (!(await build()))
      return console.log(
        `dev: the build is broken; ${program.isRunning ? 'the old server runs on' : 'no server runs'}`,
      );
    await program.stop();
    program.start();
    console.log('dev: restarted the server');
  });
  const close = await watchChanges(folders, base, renew);
  onEnd({ end: () => Promise.all([close(), program.stop()]), kill: () => program.kill() });
  program.start();
  console.log('dev: watching for changes; Ctrl-C ends');
}

/** Lists the first files of a change by name, because there may be hundreds. */
function listed(files, max = 5) {
  const more = files.length - max;
  return files.slice(0, max).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
