// What is done to each plugin, one thing after the other, so that enable and disable do not cross.

export class Turns {
  /** The end of the queue of each name. */
  readonly #queues = new Map<string, Promise<unknown>>();

  /** Acts once whatever was to be done under that name before is over, however it ended. */
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
