// The end of the process, also where a thread of a plugin cannot be ended, as it is in native code that never returns.
//
// Node joins all of its threads when it exits, `process.exit` included: with such a thread it would never do so. What
// is left then is a signal that nobody handles, which ends a process at once, threads and all.

/**
 * Who has threads that hold the process up. One set for the whole process, because this module is copied into each
 * package that is published.
 */
const key = Symbol.for('gatehouse.process-holders');
const shared = globalThis as { [key]?: Set<object> };
shared[key] ??= new Set();
const holders = shared[key];

export function holdsProcess(holder: object, holds: boolean): void {
  if (holds) holders.add(holder);
  else holders.delete(holder);
}

/**
 * Exits with `code`; where a thread of a plugin would hold that up, ends the process by SIGTERM instead. Close
 * everything first: nothing of the program runs after it.
 */
export function endProcess(code: number): never {
  if (holders.size === 0) process.exit(code);
  process.removeAllListeners('SIGTERM');
  process.kill(process.pid, 'SIGTERM');
  // The signal has been sent, and arrives in a moment.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
}
