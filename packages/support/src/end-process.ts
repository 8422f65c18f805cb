// Ends the process, even if a plugin's thread cannot be terminated because it is in native code that never returns.
//
// Node joins all of its threads when it exits, even by `process.exit`: with such a thread it would never exit. Then
// only a signal without a handler helps, which ends a process at once, threads included.

/**
 * The holders of threads that block the exit. One set for the whole process, because this module is copied into each
 * published package.
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
 * Exits with `code`; if a plugin's thread would block that, ends the process by SIGTERM instead. Close everything
 * first: no code of the program runs afterwards.
 */
export function endProcess(code: number): never {
  if (holders.size === 0) process.exit(code);
  process.removeAllListeners('SIGTERM');
  process.kill(process.pid, 'SIGTERM');
  // The signal is sent, and will arrive in a moment.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
}
