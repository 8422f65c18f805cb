// Separates a thread's output from the process's: Node pipes it there by default, and piscina cannot turn that off.
// Checked on Node 20.20, 24.21 and 26.12, piscina 5.3; a test named "Node still …" holds it.

import process from 'node:process';
import type { Readable } from 'node:stream';
import type { Worker } from 'node:worker_threads';

/** Returns the thread's output, which goes nowhere else from now on. Unpiping leaves the streams paused. */
export function outputOf({ stdout, stderr }: Worker): { readonly stdout: Readable; readonly stderr: Readable } {
  stdout.unpipe(process.stdout);
  stderr.unpipe(process.stderr);
  return { stdout, stderr };
}
