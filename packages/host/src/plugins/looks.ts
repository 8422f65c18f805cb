// Looks at something slow, shared by those who ask at about the same time.

/** A look that is not older than this, in ms, is recent. */
const recentMs = 1_000;

export class Looks {
  readonly #look: () => Promise<void>;
  #current: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;
  #begunAt = Number.NEGATIVE_INFINITY;

  constructor(look: () => Promise<void>) {
    this.#look = look;
  }

  /** Looks once more: one that is under way may have seen what is no longer so. Looks never cross each other. */
  anew(): Promise<void> {
    this.#next ??= this.#current
      .catch(() => {})
      .then(() => {
        this.#next = undefined;
        this.#begunAt = performance.now();
        this.#current = this.#look();
        return this.#current;
      });
    return this.#next;
  }

  /** Is content with a look that was begun a moment ago. */
  recent(): Promise<void> {
    if (this.#next !== undefined) return this.#next;
    return performance.now() - this.#begunAt < recentMs ? this.#current : this.anew();
  }
}
