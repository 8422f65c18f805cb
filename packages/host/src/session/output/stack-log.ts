// Logs the whole stacks of what handlers throw. The verdicts themselves have room for a sentence only.

import type { PluginLog } from '@gatehouse/plugin-api';
import { stackOf } from '../../contract/thrown.js';
import { now } from '../taken.js';

/** Time between two stacks, in ms: a handler that always throws must not use up what the plugin may log. */
const everyMs = 1_000;

export class StackLog {
  readonly #log: PluginLog;
  #nextAt = 0;
  #leftOut = 0;

  constructor(log: PluginLog) {
    this.#log = log;
  }

  /** Logs the stack at most once a second, with the number of those left out since. Never throws. */
  write(hook: string, error: unknown): void {
    const stack = this.take(error);
    if (stack === undefined) return;
    const leftOut = this.#leftOut;
    this.#leftOut = 0;
    this.#log.error({ hook, stack, ...(leftOut > 0 && { leftOut }) }, `${hook} threw`);
  }

  /** Returns the stack for a line that is logged anyhow; undefined if it is left out. */
  take(error: unknown): string | undefined {
    if (now() < this.#nextAt) {
      this.#leftOut++;
      return undefined;
    }
    const stack = stackOf(error);
    if (stack !== undefined) this.#nextAt = now() + everyMs;
    return stack;
  }
}
