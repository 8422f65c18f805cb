// Decides when a plugin that keeps crashing is given up. Pure: times are passed in.

import { trialMs } from '../../contract/trial.js';

/** A plugin with more crashes than this within the window is given up. */
const crashesMax = 5;
const windowMs = 60_000;

/** The history of a plugin's crashes. All times are in ms, of one clock. */
export interface CrashHistory {
  /** The crashes within the window that ends with the latest one, in order. */
  readonly at: readonly number[];
  /** The end of the time in which one crash is enough. */
  readonly trialUntil: number;
}

/** Returns the history of a plugin that is started now, on trial until then. */
export function onTrialUntil(time: number): CrashHistory {
  return { at: [], trialUntil: time };
}

/** Returns the history after a crash. */
export function withCrash({ at, trialUntil }: CrashHistory, now: number): CrashHistory {
  return { at: [...at.filter((time) => now - time < windowMs), now], trialUntil };
}

/** Returns why the plugin is to be given up after its latest crash; undefined if it is not. */
export function givenUpFor({ at, trialUntil }: CrashHistory): string | undefined {
  const latest = at.at(-1);
  if (latest === undefined) return undefined;
  if (latest < trialUntil) return `it crashed within ${trialMs / 1000} s of its release`;
  if (at.length > crashesMax) return `it crashed ${at.length} times within ${windowMs / 1000} s`;
  return undefined;
}
