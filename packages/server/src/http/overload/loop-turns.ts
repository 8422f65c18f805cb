// Measures the turns of the event loop while there is something to do. At rest nothing is measured, and nothing runs.

/**
 * A turn is measured from one check phase to the next, and with an immediate pending the loop does not sleep in
 * between. So a turn is the work of a turn: all that had arrived, and the gate's blocked time with it.
 */
export class LoopTurns {
  readonly #onTurn: (ms: number, now: number) => void;
  #isMeasuring = false;
  #isNeeded = false;
  #from = 0;

  constructor(onTurn: (ms: number, now: number) => void) {
    this.#onTurn = onTurn;
  }

  /** Something arrived: the turn that it arrived in and the next are measured. */
  arrived(): void {
    this.#isNeeded = true;
    if (this.#isMeasuring) return;
    this.#isMeasuring = true;
    this.#from = performance.now();
    setImmediate(this.#ended);
  }

  readonly #ended = (): void => {
    const now = performance.now();
    this.#onTurn(now - this.#from, now);
    this.#from = now;
    this.#isMeasuring = this.#isNeeded;
    this.#isNeeded = false;
    if (this.#isMeasuring) setImmediate(this.#ended);
  };
}
