// A promise that is waited for no longer than a given time.

/** It took longer than it was given. */
export class LateError extends Error {}

/** Rejects with a `LateError` that says `late` after `ms` milliseconds; the promise itself goes on, and what becomes of it is ignored. */
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
