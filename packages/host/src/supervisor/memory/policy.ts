// How often a session's memory is looked at, and when it is too much. Pure: sizes and times are passed in.

/** What a thread has taken, in bytes: garbage that was not collected yet counts too. */
export interface MemoryUse {
  readonly heap: number;
  /** Buffers and the memory of WASM. */
  readonly external: number;
}

/** The shortest time between two looks at a session that is at work, in ms, and the longest. */
const soonestMs = 5;
const latestMs = 100;
/** The same at one that rests. It still may grow, by timers of its own, which mostly shows in the whole process. */
const restMs = { stirring: 2000, resting: 4000 } as const;

/**
 * What a session does: it is busy at this moment, or has been at work, or rests while the process has grown since it was
 * looked at, or just rests.
 */
export type Activity = 'busy' | 'working' | keyof typeof restMs;

/** No plugin is expected to fill more than this, in bytes per ms; the hard limit is there for one that does. */
const fastest = 2 * 2 ** 20;

export const total = ({ heap, external }: MemoryUse) => heap + external;

/**
 * When to look again, in ms. One that is busy may be about to fill its memory in one go. One that has been at work could
 * fill the room that is left before the next look only if it was faster than any, so that it is looked at every 5 ms when
 * it is near its cap, and hardly ever when it is small: each look costs some 0.1 ms, half of it in the plugin's own thread.
 */
export function nextLookMs(used: number, cap: number, activity: Activity): number {
  if (activity === 'busy') return soonestMs;
  if (activity !== 'working') return restMs[activity];
  return Math.min(latestMs, Math.max(soonestMs, (cap - used) / fastest));
}

/** Why it has to be ended; undefined while it keeps to its cap. */
export function excessOf(use: MemoryUse, cap: number): string | undefined {
  if (total(use) <= cap) return undefined;
  const { heap, external } = use;
  const parts = `${mb(heap)} MB of heap, ${mb(external)} MB of buffers and WASM`;
  return `it took ${mb(total(use))} MB of memory (${parts}), and its cap is ${mb(cap)} MB`;
}

/** Why it has to be ended that told of `used` before the whole process grew by `growth`, when nobody but it was at work. */
export function lonelyExcessOf(used: number, growth: number, cap: number): string | undefined {
  if (used + growth <= cap) return undefined;
  const alone = `the process grew by ${mb(growth)} MB while it alone was at work, in one call`;
  return `it took ${mb(used + growth)} MB of memory (${alone}), and its cap is ${mb(cap)} MB`;
}

const mb = (bytes: number) => Math.round(bytes / 2 ** 20);
