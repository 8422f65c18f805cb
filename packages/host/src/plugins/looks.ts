// Shares a slow look between callers that ask at about the same time.

/** The age up to which a look is recent, in ms. */
const recentMs = 1_000;

export class Looks {
  readonly #look: () => Promise<void>;
  #current: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;
  #begunAt = Number.NEGATIVE_INFINITY;

  constructor(look: () => Promise<void>) {
    this.#look = look;
  }

  /** Looks again, because a look under way may have seen an outdated state. Looks never overlap. */
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

  /** Returns a look that began recently, or else looks again. */
  recent(): Promise<void> {
    if (this.#next !== undefined) return this.#next;
    return performance.now() - this.#begunAt < recentMs ? this.#current : this.anew();
  }
}
