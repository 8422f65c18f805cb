// The events that wait for a call of their gate, in the order in which they were asked. An event does not wait beyond
// its budget.

/** The parts of a waiting event that the queue needs. */
export interface QueuedEvent {
  /** Its frame, encoded. */
  readonly frame: Int32Array;
  readonly budgetMs: number;
  readonly waitForRestartMs: number;
  /** The time at which its budget ends (by `performance.now`). */
  readonly end: number;
}

/** The capacity of one call. */
export interface CallRoom {
  readonly frames: number;
  readonly words: number;
}

export class AskQueue<T extends QueuedEvent> {
  #queued: T[] = [];
  readonly #late: (events: readonly T[]) => void;
  #timer: NodeJS.Timeout | undefined;
  /** The time for which the timer is set. */
  #timerEnd = Number.POSITIVE_INFINITY;

  /** `late` gets the events whose budget has ended in the queue. */
  constructor(late: (events: readonly T[]) => void) {
    this.#late = late;
  }

  add(event: T): void {
    this.#queued.push(event);
    if (event.end < this.#timerEnd) this.#setTimer(event.end);
  }

  /** Takes an event out, if it still waits. */
  remove(event: T): void {
    const place = this.#queued.indexOf(event);
    if (place >= 0) this.#queued.splice(place, 1);
    if (this.#queued.length === 0) this.#clearTimer();
  }

  /** Takes the events of the next call: as many of the same options as fit into it, oldest first. */
  take(room: CallRoom): readonly T[] {
    this.#expire();
    const count = fitting(this.#queued, room);
    const taken = this.#queued.splice(0, count);
    if (this.#queued.length === 0) this.#clearTimer();
    return taken;
  }

  #expire(): void {
    const now = performance.now();
    const late = this.#queued.filter(({ end }) => end <= now);
    if (late.length === 0) return;
    this.#queued = this.#queued.filter(({ end }) => end > now);
    this.#late(late);
  }

  #setTimer(end: number): void {
    clearTimeout(this.#timer);
    this.#timerEnd = end;
    this.#timer = setTimeout(() => this.#onTime(), Math.ceil(end - performance.now()));
  }

  #clearTimer(): void {
    clearTimeout(this.#timer);
    this.#timerEnd = Number.POSITIVE_INFINITY;
  }

  #onTime(): void {
    this.#timerEnd = Number.POSITIVE_INFINITY;
    this.#expire();
    if (this.#queued.length > 0) this.#setTimer(Math.min(...this.#queued.map(({ end }) => end)));
  }
}

/** Returns how many events, from the first on, have its options and fit into one call. */
function fitting(events: readonly QueuedEvent[], { frames, words }: CallRoom): number {
  const [first] = events;
  let used = 0;
  let count = 0;
  for (const event of events) {
    used += event.frame.length;
    const isAlike = event.budgetMs === first!.budgetMs && event.waitForRestartMs === first!.waitForRestartMs;
    if (!isAlike || count === frames || used > words) break;
    count++;
  }
  return count;
}
