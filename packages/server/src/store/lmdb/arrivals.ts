// Waits a moment between two writes of a busy store, for those who come back with their next message.
//
// A write ends for all of its senders at once, and what they send next arrives within the following millisecond. A write
// that began at once would take only those who came during the last one: writes would alternate between few messages
// and many, each with its flushes. (Databases have it as a commit delay; here it ends as soon as all are there.)

/** A store that writes fewer messages at a time does not wait. */
const busy = 8;
/** The longest wait, in ms, and as a part of what the last write took. */
const longestMs = 2;
const share = 1 / 4;

export class Arrivals {
  readonly #waiting: () => number;
  #enough = 0;
  #end: (() => void) | undefined;

  /** `waiting`: messages that wait for the next write. */
  constructor(waiting: () => number) {
    this.#waiting = waiting;
  }

  /** One more waits. */
  noteOne(): void {
    if (this.#end !== undefined && this.#waiting() >= this.#enough) this.#end();
  }

  /** Resolves when `enough` messages wait, or after a part of the time that the last write took. */
  async gather(enough: number, writeMs: number): Promise<void> {
    if (this.#waiting() >= enough || enough < busy) return;
    this.#enough = enough;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.min(longestMs, writeMs * share));
      this.#end = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#end = undefined;
  }
}
