// A timer for any time. One of Node fires at once if its time is longer than 24.8 days, Infinity included.

/** The longest time of one timer of Node. */
export const longestMs = 2 ** 31 - 1;

/**
 * Calls `over` after `ms` milliseconds, and never after Infinity. Returns a function that cancels it. With
 * `keepsAlive: false` the process may exit meanwhile. The client has the same in a file of its own, for browsers.
 */
export function after(ms: number, over: () => void, { keepsAlive = true } = {}): () => void {
  let timer: NodeJS.Timeout;
  const wait = (leftMs: number) => {
    timer = leftMs > longestMs ? setTimeout(() => wait(leftMs - longestMs), longestMs) : setTimeout(over, leftMs);
    if (!keepsAlive) timer.unref();
  };
  wait(ms);
  return () => clearTimeout(timer);
}
