// Logs dropped events in the plugin's log, at most once a second, because the plugin is slow already.

import type { PluginLog } from '@gatehouse/plugin-api';

const everyMs = 1000;

export class GapLog {
  /** Number of events dropped so far. */
  total = 0;
  readonly #log: Pick<PluginLog, 'warn'>;
  #told = 0;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(log: Pick<PluginLog, 'warn'>) {
    this.#log = log;
  }

  /** Counts a gap of `events`, noticed at `now` (ms). */
  add(events: number, now: number): void {
    this.total += events;
    if (now - this.#toldAt < everyMs) return;
    const dropped = this.total - this.#told;
    this.#told = this.total;
    this.#toldAt = now;
    this.#log.warn({ dropped, total: this.total }, 'events were dropped: the plugin is slower than they came');
  }
}
