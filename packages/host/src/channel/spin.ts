// Looks for work again and again for a short while, without sleeping.

/**
 * What came of a spin. `robbed`: the work is there, but the thread had lost its core for a while: there are more
 * threads at work than cores, and a thread that uses its share up by spinning waits the longer for its next turn.
 */
export type SpinOutcome = 'found' | 'nothing' | 'robbed';

/** Looks between two readings of the clock, which costs as much as some twenty looks. */
const looksPerReading = 32;

/**
 * A reading this much after the last one, in ms, says that another thread had the core for its own good. Less than
 * that is the client or the server itself, taking the few microseconds that the next call is made of.
 */
const robbedMs = 0.5;

/** A hint to the processor that this is a busy loop; newer versions of Node have it (ECMAScript's Atomics.pause). */
const pause = (Atomics as { pause?: (iterations?: number) => void }).pause ?? (() => {});

/** Calls `isThere` until it says yes, for `us` microseconds at most. */
export function spin(isThere: () => boolean, us: number): SpinOutcome {
  // The first looks come before the clock is read at all: in a hot exchange they are enough.
  if (look(isThere)) return 'found';
  let last = performance.now();
  const end = last + us / 1000;
  for (;;) {
    if (look(isThere)) return 'found';
    const now = performance.now();
    if (now - last > robbedMs) return isThere() ? 'robbed' : 'nothing';
    if (now > end) return 'nothing';
    last = now;
  }
}

/** Looks some times, which in a hot exchange is enough. */
export function look(isThere: () => boolean): boolean {
  for (let i = 0; i < looksPerReading; i++) {
    if (isThere()) return true;
    pause();
  }
  return false;
}
