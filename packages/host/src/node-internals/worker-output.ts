// Takes what a thread prints away from what the process prints: Node pipes it there unless it was asked not to, and
// piscina has no way to ask. Checked on Node 20.20, 24.21 and 26.12, piscina 5.3; a test named "Node still …" holds it.

import process from 'node:process';
import type { Readable } from 'node:stream';
import type { Worker } from 'node:worker_threads';

/** From now on, what the thread prints is to be had here alone. Unpiping leaves the streams paused. */
export function outputOf({ stdout, stderr }: Worker): { readonly stdout: Readable; readonly stderr: Readable } {
  stdout.unpipe(process.stdout);
  stderr.unpipe(process.stderr);
  return { stdout, stderr };
}
