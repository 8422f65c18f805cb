// Collects what arrives during one turn of the event loop and handles it together. It does not know what it handles.

import { setImmediate as endOfTurn } from 'node:timers/promises';

/**
 * Items are handled in the order of arrival, at most `max` at once, one handful at a time. Between two handfuls the
 * event loop goes round, so that a long row of items does not starve what else the loop has to do.
 */
export class Gather<T> {
  readonly #max: number;
  readonly #handle: (items: readonly T[]) => Promise<void>;
  readonly #waited: (ms: number) => void;
  #waiting: T[] = [];
  /** When each of them arrived. */
  #arrivedAt: number[] = [];
  #draining = false;

  /** `handle` must not reject: nobody would hear of it. `waited` is told how long the first of each handful waited, in ms. */
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
