// What a section of the benchmark works with.

import type { Effort } from './effort.js';
import type { Progress } from './report/progress.js';
import type { Results } from './results.js';

export interface Bench {
  readonly effort: Effort;
  readonly results: Results;
  readonly progress: Progress;
  /** Remarks that are shown at the end: what was left out, and why. */
  readonly notes: string[];
  /** Whether any of these results is asked for. */
  wants(...names: readonly string[]): boolean;
}

export interface Section {
  readonly title: string;
  run(bench: Bench): Promise<void>;
}

/** Whether `--only` lets a result through: a part of its name, or a name that begins with it. */
export function isWanted(only: string | undefined, name: string): boolean {
  return only === undefined || name.includes(only) || only.startsWith(`${name}.`);
}
