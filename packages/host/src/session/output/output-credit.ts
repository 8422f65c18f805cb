// How much a plugin may log and print. What goes over is dropped in its own thread, where it costs nobody else.

import { word } from '../../channel/index.js';
import type { LogRecord } from '../../contract/session-contract.js';
import { Credit } from './credit.js';

/** Lines in a second, and at once after a rest. A line of more than 1 KiB counts as several. */
const linesPerSecond = 500;
const linesAtOnce = 2000;
const lineUnits = 1024;

/** How often it is told that something was dropped, in ms. */
const tellMs = 1000;

export class OutputCredit {
  readonly #control: Int32Array;
  readonly #post: (record: LogRecord) => void;
  readonly #credit = new Credit(linesPerSecond, linesAtOnce, performance.now());
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(control: Int32Array, post: (record: LogRecord) => void) {
    this.#control = control;
    this.#post = post;
  }

  /** Whether there is credit for a line of this length. When there is none it is counted as dropped. */
  allows(length: number): boolean {
    const now = performance.now();
    if (this.#credit.spend(1 + Math.floor(length / lineUnits), now)) return true;
    this.drop('logs and prints more than 500 lines in a second', now);
    return false;
  }

  /** Counts something that is dropped, and says so, the first time and then once a second. */
  drop(because: string, now = performance.now()): void {
    const dropped = (Atomics.add(this.#control, word.LOG_DROPPED, 1) + 1) >>> 0;
    if (now - this.#toldAt < tellMs) return;
    this.#toldAt = now;
    this.#post({ level: 'warn', fields: { dropped }, message: `lines are dropped: the plugin ${because}` });
  }
}
