// The wait before a plugin is restarted. Pure: times and randomness are passed in.

const firstMs = 100;
const longestMs = 30_000;
/** A session that lived this long was healthy, and earlier crashes are forgotten. */
const healthyMs = 60_000;

/** The record of a plugin's crashes. */
export interface CrashRecord {
  /** Crashes in a row, each within a short time of its start. */
  readonly inARow: number;
}

export const noCrashes: CrashRecord = { inARow: 0 };

/** Returns the record after a crash of a session that had lived for `livedMs`. */
export function crashed(record: CrashRecord, livedMs: number): CrashRecord {
  return { inARow: livedMs >= healthyMs ? 1 : record.inARow + 1 };
}

/** Returns the wait in ms: 0 after the first crash, then doubling, minus up to a quarter of jitter. */
export function restartDelay({ inARow }: CrashRecord, random: number): number {
  if (inARow <= 1) return 0;
  const full = Math.min(longestMs, firstMs * 2 ** (inARow - 2));
  return full * (1 - random / 4);
}
