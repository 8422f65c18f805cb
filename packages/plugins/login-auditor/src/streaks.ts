// Counts the failures in a row of each username, for a bounded number of usernames.

export class Streaks {
  readonly #max: number;
  // A Map keeps the order of insertion, and each failure reinserts its username: the first is the one idle longest.
  readonly #lengths = new Map<string, number>();

  constructor(max: number) {
    this.#max = max;
  }

  /** Counts a failure and returns how many there have been in a row. */
  failed(username: string): number {
    const length = (this.#lengths.get(username) ?? 0) + 1;
    this.#lengths.delete(username);
    this.#lengths.set(username, length);
    if (this.#lengths.size > this.#max) this.#forgetIdlest();
    return length;
  }

  /** Ends the streak of a username. */
  succeeded(username: string): void {
    this.#lengths.delete(username);
  }

  get size(): number {
    return this.#lengths.size;
  }

  #forgetIdlest(): void {
    for (const username of this.#lengths.keys()) {
      this.#lengths.delete(username);
      return;
    }
  }
}
