// Serializes the actions on each plugin, so that enable and disable do not overlap.

export class Turns {
  /** The end of the queue of each name. */
  readonly #queues = new Map<string, Promise<unknown>>();

  /** Runs `act` once all earlier actions under that name have succeeded or failed. */
  run<T>(name: string, act: () => Promise<T>): Promise<T> {
    const before = this.#queues.get(name) ?? Promise.resolve();
    const mine = before.then(act, act);
    this.#queues.set(name, mine);
    const forget = () => {
      if (this.#queues.get(name) === mine) this.#queues.delete(name);
    };
    mine.then(forget, forget);
    return mine;
  }
}
