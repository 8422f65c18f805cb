// Logs faults at one line a second by cause, so that a plugin that fails on every message does not flood the log.

import type { FaultCause } from '../contract/fault.js';
import type { HostLog } from '../contract/host-log.js';
import type { FaultPolicy } from '../contract/policy.js';

const everyMs = 1000;

export class FaultLog {
  readonly #logger: HostLog;
  readonly #last = new Map<string, { at: number; since: number }>();

  constructor(logger: HostLog) {
    this.#logger = logger;
  }

  /** Logs that `plugin` gave no verdict, which counts as `policy`. */
  write(plugin: string, hook: string, cause: FaultCause, policy: FaultPolicy, detail: string): void {
    this.#write(`${plugin} ${cause}`, 'warn', `${plugin} gave no verdict: ${cause}`, {
      plugin,
      hook,
      cause,
      policy,
      detail,
    });
  }

  /** Logs that the host failed to hear `plugin`: a bug of the host, not a fault of the plugin. */
  writeUndecided(plugin: string, hook: string, detail: string): void {
    const text = `a bug of the host: ${plugin} was not heard, and the message is deferred`;
    this.#write(`${plugin} undecided`, 'error', text, { plugin, hook, bug: true, detail });
  }

  /** `more` counts the lines of the same key that were suppressed since the last one. */
  #write(key: string, level: 'warn' | 'error', text: string, fields: object): void {
    const now = performance.now();
    const last = this.#last.get(key);
    if (last !== undefined && now - last.at < everyMs) {
      last.since++;
      return;
    }
    this.#last.set(key, { at: now, since: 0 });
    try {
      this.#logger[level]({ ...fields, more: last?.since ?? 0 }, text);
    } catch {
      // A logger that throws must not end a gate call half-way; the fault is counted all the same.
    }
  }
}
