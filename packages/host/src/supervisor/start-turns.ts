// Queues the starts of sessions: only as many run in parallel as there are cores, so that each finishes within its
// time limit, which is counted from its turn on.
//
// There are two lanes. The first one is for awaited starts: a plugin that an operator enables, and the restart of one
// that answers gate calls. They wait for each other, and never for the second lane.

import { availableParallelism } from 'node:os';

/** `awaited` uses the first lane. In the second one, `later` waits for `usual`. */
export type Urgency = 'awaited' | 'usual' | 'later';

/** The longest that a turn holds up others, in ms. A longer start mostly waits for something and needs no core. */
const holdMs = 3000;

interface Waiting {
  readonly urgency: Urgency;
  begin(): void;
}

class Lane {
  #free: number;
  #waiting: readonly Waiting[] = [];

  constructor(sideBySide: number) {
    this.#free = sideBySide;
  }

  /** Resolves at its turn, or when `signal` is aborted, with a function that ends the turn. */
  async enter(urgency: Urgency, signal: AbortSignal): Promise<() => void> {
    if (signal.aborted) return () => {};
    if (this.#free > 0) this.#free--;
    else if (!(await this.#wait(urgency, signal))) return () => {};
    return this.#endOfTurn();
  }

  /** Resolves with whether it got its turn. */
  #wait(urgency: Urgency, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const leave = () => {
        this.#waiting = this.#waiting.filter((one) => one !== mine);
        resolve(false);
      };
      const begin = () => {
        signal.removeEventListener('abort', leave);
        resolve(true);
      };
      const mine: Waiting = { urgency, begin };
      const after = this.#waiting.findIndex((one) => one.urgency === 'later' && urgency !== 'later');
      this.#waiting = this.#waiting.toSpliced(after < 0 ? this.#waiting.length : after, 0, mine);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  /** Returns a function that ends the turn once. The turn also ends by itself after `holdMs`. */
  #endOfTurn(): () => void {
    let isOver = false;
    const end = () => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      this.#pass();
    };
    const timer = setTimeout(end, holdMs);
    return end;
  }

  /** Passes the turn to the next one, if any waits. */
  #pass(): void {
    const [next, ...rest] = this.#waiting;
    this.#waiting = rest;
    if (next === undefined) this.#free++;
    else next.begin();
  }
}

export class StartTurns {
  readonly #awaited: Lane;
  readonly #others: Lane;

  constructor(sideBySide: number = availableParallelism()) {
    this.#awaited = new Lane(sideBySide);
    this.#others = new Lane(sideBySide);
  }

  /** Calls `act` at its turn, or never if `signal` is aborted before. */
  async run(urgency: Urgency, signal: AbortSignal, act: () => Promise<void>): Promise<void> {
    const lane = urgency === 'awaited' ? this.#awaited : this.#others;
    const end = await lane.enter(urgency, signal);
    try {
      if (!signal.aborted) await act();
    } finally {
      end();
    }
  }
}
