// Limits what a plugin may log and print. The excess is dropped in its own thread, where it costs nobody else.

import { Credit } from '@gatehouse/support/credit';
import { word } from '../../channel/index.js';
import type { LogRecord } from '../../contract/session-contract.js';
import { now } from '../taken.js';

/** Lines in a second, and at once after a pause. A line of more than 1 KiB counts as several. */
const linesPerSecond = 500;
const linesAtOnce = 2000;
const lineUnits = 1024;

/** The shortest interval between two reports of dropped lines, in ms. */
const tellMs = 1000;

export class OutputCredit {
  readonly #control: Int32Array;
  readonly #post: (record: LogRecord) => void;
  readonly #credit = new Credit(linesPerSecond, linesAtOnce, now());
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(control: Int32Array, post: (record: LogRecord) => void) {
    this.#control = control;
    this.#post = post;
  }

  /** Whether there is credit for so many units in so many lines. If not, counts them as dropped. */
  allows(length: number, lines = 1): boolean {
    const at = now();
    if (this.#credit.spend(Math.max(lines, 1 + Math.floor(length / lineUnits)), at)) return true;
    this.drop('logs and prints more than 500 lines in a second', at);
    return false;
  }

  /** Counts a drop, and reports it: the first time, and then at most once a second. */
  drop(because: string, at = now()): void {
    const dropped = (Atomics.add(this.#control, word.LOG_DROPPED, 1) + 1) >>> 0;
    if (at - this.#toldAt < tellMs) return;
    this.#toldAt = at;
    this.#post({ level: 'warn', fields: { dropped }, message: `lines are dropped: the plugin ${because}` });
  }
}
