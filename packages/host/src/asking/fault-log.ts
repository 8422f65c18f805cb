// Logs faults so that a plugin that fails on every message does not flood the log: one line a second by cause.

import type { HookName } from '@gatehouse/plugin-api';
import type { Logger } from 'pino';
import type { FaultCause } from '../contract/fault.js';
import type { FaultPolicy } from '../contract/policy.js';

const everyMs = 1000;

export class FaultLog {
  readonly #logger: Logger;
  readonly #last = new Map<string, { at: number; since: number }>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /**
   * Says that `plugin` gave no verdict, which counts as `policy`; `more` counts the like faults that were not logged
   * since the last line.
   */
  write(plugin: string, hook: HookName, cause: FaultCause, policy: FaultPolicy, detail: string): void {
    const key = `${plugin} ${cause}`;
    const now = performance.now();
    const last = this.#last.get(key);
    if (last !== undefined && now - last.at < everyMs) {
      last.since++;
      return;
    }
    this.#last.set(key, { at: now, since: 0 });
    const fields = { plugin, hook, cause, policy, detail, more: last?.since ?? 0 };
    try {
      this.#logger.warn(fields, `${plugin} gave no verdict: ${cause}`);
    } catch {
      // A logger that throws must not end a gate call half-way; the fault is counted all the same.
    }
  }
}
