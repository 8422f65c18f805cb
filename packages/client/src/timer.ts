// Waiting, and being told to stop: a caller's signal and a time limit joined, with nothing left behind on either.

/** Resolves after so many milliseconds. Rejects with the reason of the signal. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const aborted = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', aborted);
      resolve();
    }, ms);
    signal?.addEventListener('abort', aborted, { once: true });
  });
}

export interface TimeLimit {
  /** Aborted by the caller's signal, or when the time is over. */
  readonly signal: AbortSignal;
  readonly isOver: () => boolean;
  readonly clear: () => void;
}

/** `AbortSignal.any` would do, but on Node 20 and 22 it leaks on a signal that outlives its requests. */
export function timeLimit(ms: number, caller?: AbortSignal): TimeLimit {
  const controller = new AbortController();
  let over = false;
  const timer = setTimeout(() => {
    over = true;
    controller.abort();
  }, ms);
  const aborted = () => controller.abort(caller?.reason);
  caller?.addEventListener('abort', aborted, { once: true });
  if (caller?.aborted) aborted();
  return {
    signal: controller.signal,
    isOver: () => over,
    clear: () => {
      clearTimeout(timer);
      caller?.removeEventListener('abort', aborted);
    },
  };
}
