// Ends a script that watches, together with the processes that it started.

import process from 'node:process';

/** Time in which two Ctrl-C count as one: npm forwards it to a script that already got it from the terminal. */
const sameMs = 1_000;

/** Calls `end` at the first Ctrl-C or SIGTERM and exits after it; `kill` at the second, and when the process exits. */
export function onEnd({ end, kill }) {
  let endingSince;
  process.on('exit', kill);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, async () => {
      if (endingSince !== undefined) {
        if (performance.now() - endingSince > sameMs) process.exit(1);
        return;
      }
      endingSince = performance.now();
      await end();
      process.exit(0);
    });
  }
}
