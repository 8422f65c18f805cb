// Describes, in bounded time, where a thread that does not answer is.

import type { Worker } from 'node:worker_threads';
import { pausedStack } from '../../node-internals/inspector-pause.js';
import { canProfile, profiledStack } from './cpu-profile.js';
import { calledByHost, type Frame, placeInStack } from './frame.js';

/** The longest look, in ms; about 40 on an idle machine. */
const longestMs = 250;

export interface Standing {
  /** Whether the words name a place in the plugin's code. */
  readonly exact: boolean;
  readonly words: string;
}

/** Returns words that can follow a reason. */
export async function whereItStands(worker: Worker | undefined): Promise<Standing> {
  if (worker === undefined) return { exact: false, words: 'its thread had not begun' };
  try {
    return standing(await stackOf(worker));
  } catch {
    // For example, its thread has just ended.
    return { exact: false, words: 'where it stood could not be told' };
  }
}

function standing(frames: readonly Frame[] | undefined): Standing {
  if (frames === undefined) return { exact: false, words: cannotBeTold };
  const place = placeInStack(frames);
  if (place !== undefined) return { exact: true, words: `it stood ${place}` };
  const words = calledByHost(frames)
    ? 'it stood in a loop of the very function that the host called'
    : 'it stood in no code of its own: it waited for something, or for native code';
  return { exact: false, words };
}

const cannotBeTold = `where it stood cannot be told by Node ${process.versions.node}, which looks into no hardened thread (22.20 and 24.8 do)`;

/** Returns undefined if unknown, and no frames after `longestMs`: the thread is in native code or idle then. */
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
