// Limits the time to wait for a promise.

/** The error of a promise that timed out. */
export class LateError extends Error {}

/** Rejects with a `LateError` with the message `late` after `ms`. The promise goes on, and its outcome is ignored. */
export async function within<T>(ms: number, promise: Promise<T>, late: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new LateError(late)), ms);
  });
  try {
    return await Promise.race([promise, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
