// Looks for work repeatedly for a short while, without sleeping.

/**
 * The outcome of a spin. `robbed`: the work is there, but the thread had lost its core for a while. Then more threads
 * are at work than there are cores, and a thread that spends its share on spinning waits longer for its next turn.
 */
export type SpinOutcome = 'found' | 'nothing' | 'robbed';

/** Looks between two readings of the clock, one of which costs as much as about twenty looks. */
const looksPerReading = 32;

/**
 * A reading this much after the last one, in ms, means that another thread took the core for its own work. A shorter
 * gap is the client or the server itself, in the few microseconds that it needs for the next call.
 */
const robbedMs = 0.5;

/** A hint to the processor that this is a busy loop, in newer versions of Node (ECMAScript's Atomics.pause). */
const pause = (Atomics as { pause?: (iterations?: number) => void }).pause ?? (() => {});

/** Calls `isThere` until it returns true, for `us` microseconds at most. */
export function spin(isThere: () => boolean, us: number): SpinOutcome {
  // The first looks precede any reading of the clock: in a hot exchange they are enough.
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

/** Looks a few times, which is enough in a hot exchange. */
export function look(isThere: () => boolean): boolean {
  for (let i = 0; i < looksPerReading; i++) {
    if (isThere()) return true;
    pause();
  }
  return false;
}
