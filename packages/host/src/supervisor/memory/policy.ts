// Decides how often to look at a session's memory, and when it is too much. Pure: sizes and times are passed in.

/** Memory of a thread, in bytes, including garbage that was not collected yet. */
export interface MemoryUse {
  readonly heap: number;
  /** Buffers and the memory of WASM. */
  readonly external: number;
}

/** The shortest and the longest time between two looks at a session that is at work, in ms. */
const soonestMs = 5;
const latestMs = 100;
/** The same for one that rests. It may still grow by its own timers, which mostly shows in the whole process. */
const restMs = { stirring: 2000, resting: 4000 } as const;

/**
 * A session's activity: busy at this moment, at work since the last look, resting while the process has grown since the
 * last look, or just resting.
 */
export type Activity = 'busy' | 'working' | keyof typeof restMs;

/** The fastest expected growth of a plugin, in bytes per ms. The hard limit stops one that grows faster. */
const fastest = 2 * 2 ** 20;

export const total = ({ heap, external }: MemoryUse) => heap + external;

/**
 * Returns the time until the next look, in ms. A busy session may be about to fill its memory in one go. One that has
 * been at work cannot fill the rest of its cap before the next look, unless it grows faster than expected: it is looked
 * at every 5 ms near its cap, and rarely when small. A look costs about 0.1 ms, half of it in the plugin's own thread.
 */
export function nextLookMs(used: number, cap: number, activity: Activity): number {
  if (activity === 'busy') return soonestMs;
  if (activity !== 'working') return restMs[activity];
  return Math.min(latestMs, Math.max(soonestMs, (cap - used) / fastest));
}

/** Returns why it has to be killed; undefined while it is within its cap. */
export function excessOf(use: MemoryUse, cap: number): string | undefined {
  if (total(use) <= cap) return undefined;
  const { heap, external } = use;
  const parts = `${mb(heap)} MB of heap, ${mb(external)} MB of buffers and WASM`;
  return `it took ${mb(total(use))} MB of memory (${parts}), and its cap is ${mb(cap)} MB`;
}

/** Returns the same for a session that used `used` before the process grew by `growth` while it alone was at work. */
export function lonelyExcessOf(used: number, growth: number, cap: number): string | undefined {
  if (used + growth <= cap) return undefined;
  const alone = `the process grew by ${mb(growth)} MB while it alone was at work, in one call`;
  return `it took ${mb(used + growth)} MB of memory (${alone}), and its cap is ${mb(cap)} MB`;
}

const mb = (bytes: number) => Math.round(bytes / 2 ** 20);
