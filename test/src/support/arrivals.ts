// What has arrived so far, and waiting for what is still to arrive.

export class Arrivals<T> {
  readonly all: T[] = [];
  readonly #waiting: (() => void)[] = [];

  add(one: T): void {
    this.all.push(one);
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Resolves with what `look` finds in all of them, once it finds anything. */
  async until<R>(look: (all: readonly T[]) => R | undefined): Promise<R> {
    for (;;) {
      const found = look(this.all);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }
}
