// Measures the turns of the event loop while there is something to do. At rest nothing is measured, and nothing runs.

/**
 * What lies between two refusals in a row is reading and parsing the second one, unless it takes longer than this, in
 * ms: then something else was done.
 */
const parsingMostMs = 0.1;

/**
 * A turn is measured from one check phase to the next, and with an immediate pending the loop does not sleep in
 * between. So a turn is the work of a turn: all that had arrived, and the gate's blocked time with it.
 */
export class LoopTurns {
  readonly #onTurn: (ms: number, now: number, refusalsMs: number) => void;
  #isMeasuring = false;
  #isNeeded = false;
  #from = 0;
  #refusalsMs = 0;
  #refusedAt = 0;

  /** `onTurn` is told how long a turn took, when it ended, and how much of it went into refusals, in ms. */
  constructor(onTurn: (ms: number, now: number, refusalsMs: number) => void) {
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

  /** A request was refused between these two times. */
  refused(from: number, to: number): void {
    const before = from - this.#refusedAt;
    this.#refusalsMs += to - from + (before < parsingMostMs ? before : 0);
    this.#refusedAt = to;
  }

  readonly #ended = (): void => {
    const now = performance.now();
    this.#onTurn(now - this.#from, now, this.#refusalsMs);
    this.#from = now;
    this.#refusalsMs = 0;
    this.#isMeasuring = this.#isNeeded;
    this.#isNeeded = false;
    if (this.#isMeasuring) setImmediate(this.#ended);
  };
}
