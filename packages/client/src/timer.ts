// Waits and time limits that a caller's signal can abort. Nothing is left behind on the signal or the timers.

/** The longest time of a timer in Node and in browsers: a longer one fires at once. */
const longestMs = 2 ** 31 - 1;

/** Calls `over` after `ms` milliseconds, however many, and never after Infinity. Returns a function that cancels it. */
export function after(ms: number, over: () => void): () => void {
  let timer: ReturnType<typeof setTimeout>;
  const wait = (leftMs: number) => {
    timer = leftMs > longestMs ? setTimeout(() => wait(leftMs - longestMs), longestMs) : setTimeout(over, leftMs);
  };
  wait(ms);
  return () => clearTimeout(timer);
}

/** Resolves after `ms` milliseconds. Rejects with the reason of the signal. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const aborted = () => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = after(ms, () => {
      signal?.removeEventListener('abort', aborted);
      resolve();
    });
    signal?.addEventListener('abort', aborted, { once: true });
  });
}

export interface TimeLimit {
  /** Aborted by a signal of the caller, or on timeout. */
  readonly signal: AbortSignal;
  readonly isOver: () => boolean;
  readonly clear: () => void;
}

/** Replaces `AbortSignal.any`, which on Node 20 and 22 leaks on a signal that outlives its requests. */
export function timeLimit(ms: number, ...given: readonly (AbortSignal | undefined)[]): TimeLimit {
  const callers = given.filter((signal) => signal !== undefined);
  const controller = new AbortController();
  let over = false;
  const cancel = after(ms, () => {
    over = true;
    controller.abort();
  });
  const aborted = () => controller.abort(callers.find((caller) => caller.aborted)?.reason);
  for (const caller of callers) caller.addEventListener('abort', aborted, { once: true });
  if (callers.some((caller) => caller.aborted)) aborted();
  return {
    signal: controller.signal,
    isOver: () => over,
    clear: () => {
      cancel();
      for (const caller of callers) caller.removeEventListener('abort', aborted);
    },
  };
}
