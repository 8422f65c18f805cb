// Collects the items that arrive during one turn of the event loop, and handles them together.

import { setImmediate as endOfTurn } from 'node:timers/promises';

/**
 * Handles items in the order of arrival, at most `max` at once, one handful at a time. The event loop turns between two
 * handfuls, so that a long queue does not starve its other work.
 */
export class Gather<T> {
  readonly #max: number;
  readonly #handle: (items: readonly T[]) => Promise<void>;
  readonly #waited: (ms: number) => void;
  #waiting: T[] = [];
  /** When each of them arrived. */
  #arrivedAt: number[] = [];
  #draining = false;

  /** `handle` must not reject: nothing would catch it. `waited` gets the wait of the first of each handful, in ms. */
  constructor(max: number, handle: (items: readonly T[]) => Promise<void>, waited: (ms: number) => void = () => {}) {
    this.#max = max;
    this.#handle = handle;
    this.#waited = waited;
  }

  add(item: T): void {
    this.#waiting.push(item);
    this.#arrivedAt.push(performance.now());
    if (!this.#draining) void this.#drain();
  }

  async #drain(): Promise<void> {
    this.#draining = true;
    while (this.#waiting.length > 0) {
      await endOfTurn();
      this.#waited(performance.now() - this.#arrivedAt.splice(0, this.#max)[0]!);
      await this.#handle(this.#waiting.splice(0, this.#max));
    }
    this.#draining = false;
  }
}
