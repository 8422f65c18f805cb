// Waits and time limits that a caller's signal can abort. Nothing is left behind on the signal or the timers.

/** Resolves after `ms` milliseconds. Rejects with the reason of the signal. */
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
  /** Aborted by the caller's signal, or on timeout. */
  readonly signal: AbortSignal;
  readonly isOver: () => boolean;
  readonly clear: () => void;
}

/** Replaces `AbortSignal.any`, which on Node 20 and 22 leaks on a signal that outlives its requests. */
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
