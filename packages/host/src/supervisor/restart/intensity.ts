// Decides how often the supervisor itself may end before the host gives it up. Pure: times are passed in.

export const intensity = {
  /** Number of ends within the period that is one too many. */
  ends: 3,
  periodMs: 60_000,
  /** The wait before another try if a supervisor could not begin, in ms. */
  retryMs: 500,
} as const;

/** Returns the ends that still count after another one, the latest last. */
export function withEnd(ends: readonly number[], now: number): readonly number[] {
  return [...ends.filter((at) => now - at < intensity.periodMs), now];
}

/** Whether these ends are too many. */
export function isTooOften(ends: readonly number[]): boolean {
  return ends.length >= intensity.ends;
}
