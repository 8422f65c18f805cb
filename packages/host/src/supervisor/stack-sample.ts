// Where a thread stands that does not answer, in words, found out within a bound.

import type { Worker } from 'node:worker_threads';
import { canProfile, profiledStack } from './cpu-profile.js';
import { type Frame, placeOf } from './frame.js';
import { pausedStack } from './inspector-pause.js';

/** The longest look, in ms: some 40 on a machine that is not busy. */
const longestMs = 250;

/** Ends a sentence such as "it did not answer, and …". */
export async function whereItStands(worker: Worker | undefined): Promise<string> {
  if (worker === undefined) return 'its thread had not started yet';
  try {
    const frames = await stackOf(worker);
    if (frames === undefined) return `where it stood cannot be told by Node ${process.versions.node}`;
    return `it stood ${placeOf(frames) ?? 'in no code of its own: it waited for something, or for native code'}`;
  } catch {
    // Its thread has just ended, say.
    return 'where it stood could not be told';
  }
}

/** Nothing when there is no way to know. Who never answers is in native code, or idle: neither has a frame to tell. */
async function stackOf(worker: Worker): Promise<readonly Frame[] | undefined> {
  const bound = new AbortController();
  const timer = setTimeout(() => bound.abort(), longestMs);
  const late = new Promise<readonly Frame[]>((resolve) => {
    bound.signal.addEventListener('abort', () => resolve([]));
  });
  try {
    const stack = canProfile(worker) ? profiledStack(worker) : pausedStack(worker, bound.signal);
    stack.catch(() => {});
    return await Promise.race([stack, late]);
  } finally {
    clearTimeout(timer);
  }
}
