// When a plugin that keeps crashing is given up. Pure: times are passed in.

/** More crashes than these within the window, and it is given up. */
const crashesMax = 5;
const windowMs = 60_000;

/** A plugin that was released from quarantine is on trial for so long: one crash in it is one too many. */
const trialMs = 60_000;

/** What is remembered of a plugin's crashes. All times are in ms, of one clock. */
export interface CrashHistory {
  /** The crashes within the window that ends with the latest of them, in order. */
  readonly at: readonly number[];
  /** Until when one crash is enough. */
  readonly trialUntil: number;
}

export const noHistory: CrashHistory = { at: [], trialUntil: Number.NEGATIVE_INFINITY };

/** That of a plugin that is released from quarantine now. */
export function onTrialFrom(now: number): CrashHistory {
  return { at: [], trialUntil: now + trialMs };
}

/** The history after a crash. */
export function withCrash({ at, trialUntil }: CrashHistory, now: number): CrashHistory {
  return { at: [...at.filter((time) => now - time < windowMs), now], trialUntil };
}

/** Why the plugin is to be given up after its latest crash; undefined while it is not. */
export function givenUpFor({ at, trialUntil }: CrashHistory): string | undefined {
  const latest = at.at(-1);
  if (latest === undefined) return undefined;
  if (latest < trialUntil) return `it crashed within ${trialMs / 1000} s of its release`;
  if (at.length > crashesMax) return `it crashed ${at.length} times within ${windowMs / 1000} s`;
  return undefined;
}
