// Events by the time at which their budgets end, and the one timer for all of them.

/** An event that has to be decided by a time. */
export interface DueEvent {
  /** By `performance.now`. */
  readonly end: number;
}

export class DueEvents<T extends DueEvent> {
  readonly #events = new Set<T>();
  readonly #due: (events: readonly T[]) => void;
  #timer: NodeJS.Timeout | undefined;
  /** The time for which the timer is set. */
  #timerEnd = Number.POSITIVE_INFINITY;

  /** `due` gets the events whose time has come, which are no longer kept. */
  constructor(due: (events: readonly T[]) => void) {
    this.#due = due;
  }

  add(event: T): void {
    this.#events.add(event);
    if (event.end < this.#timerEnd) this.#setTimer(event.end);
  }

  delete(event: T): void {
    this.#events.delete(event);
    if (this.#events.size === 0) this.#clearTimer();
  }

  /** Hands over the events whose time has come. */
  look(): void {
    const now = performance.now();
    if (now < this.#timerEnd) return;
    const due = [...this.#events].filter(({ end }) => end <= now);
    for (const event of due) this.#events.delete(event);
    this.#clearTimer();
    let next = Number.POSITIVE_INFINITY;
    for (const { end } of this.#events) next = Math.min(next, end);
    if (next !== Number.POSITIVE_INFINITY) this.#setTimer(next);
    if (due.length > 0) this.#due(due);
  }

  #setTimer(end: number): void {
    clearTimeout(this.#timer);
    this.#timerEnd = end;
    this.#timer = setTimeout(() => this.#onTime(), Math.max(1, Math.ceil(end - performance.now())));
  }

  /** A timer may fire up to a millisecond early. */
  #onTime(): void {
    if (performance.now() < this.#timerEnd) this.#setTimer(this.#timerEnd);
    else this.look();
  }

  #clearTimer(): void {
    clearTimeout(this.#timer);
    this.#timerEnd = Number.POSITIVE_INFINITY;
  }
}
