// Limits the time to wait for a promise.

import { after } from './timer.js';

/** The error of a promise that timed out. */
export class LateError extends Error {}

/** Rejects with a `LateError` with the message `late` after `ms`. The promise goes on, and its outcome is ignored. */
export async function within<T>(ms: number, promise: Promise<T>, late: string): Promise<T> {
  let cancel = () => {};
  const deadline = new Promise<never>((_, reject) => {
    cancel = after(ms, () => reject(new LateError(late)));
  });
  try {
    return await Promise.race([promise, deadline]);
  } finally {
    cancel();
  }
}
