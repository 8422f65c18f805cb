// Collects items as they arrive, and waits for those still to come.

export class Arrivals<T> {
  readonly all: T[] = [];
  readonly #waiting: (() => void)[] = [];

  add(one: T): void {
    this.all.push(one);
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Resolves with the result of `look` on all of them, once it is not undefined. */
  async until<R>(look: (all: readonly T[]) => R | undefined): Promise<R> {
    for (;;) {
      const found = look(this.all);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }
}
