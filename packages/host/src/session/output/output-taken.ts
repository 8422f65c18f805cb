// Waits until what a plugin has printed has left its thread: a write of a thread waits there until its parent has taken
// the one before, and is lost with the thread.

import { now, soon, TakenPromise } from '../taken.js';

/** The longest wait, in ms: a parent that has been flooded takes nothing for a while. */
const longestMs = 100;

export function outputTaken(): Promise<void> {
  const until = now() + longestMs;
  return new TakenPromise((resolve) => {
    const look = () => {
      if (unread() === 0 || now() >= until) resolve();
      else soon(look);
    };
    look();
  });
}

/** Returns how much has not been taken. The plugin may have replaced the streams. */
function unread(): number {
  try {
    return process.stdout.writableLength + process.stderr.writableLength;
  } catch {
    return 0;
  }
}
