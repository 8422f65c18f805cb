// Whose turn it is to start a session: side by side only as many as there are cores, so that each comes to its end
// within its limit, which is counted from its turn on.
//
// There are two lanes. In the first one are those that something waits for: a plugin that an operator enables, and the
// restart of one that answers gate calls. They wait for each other, and never for anybody of the second lane.

import { availableParallelism } from 'node:os';

/** `awaited` goes by the first lane; of the others `later` waits for `usual`. */
export type Urgency = 'awaited' | 'usual' | 'later';

/** How long a turn holds up others, in ms: a start that takes longer mostly waits for something, and needs no core. */
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

  /** Resolves when it is its turn, or when `signal` is aborted; with what ends the turn. */
  async enter(urgency: Urgency, signal: AbortSignal): Promise<() => void> {
    if (signal.aborted) return () => {};
    if (this.#free > 0) this.#free--;
    else if (!(await this.#wait(urgency, signal))) return () => {};
    return this.#endOfTurn();
  }

  /** Whether it was its turn, in the end. */
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

  /** Ends the turn once, by itself after a while. */
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

  /** The turn goes on to the next one, if any waits. */
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

  /** Acts when it is its turn, and not at all when `signal` is aborted before. */
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
