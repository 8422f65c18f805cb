// The time that a decision may take. The clock is not read before it first waits, so that a hot call never reads it.

export class Budget {
  #ms = 0;
  /** The time at which it is used up (by `performance.now`); 0 while the clock has not been read. */
  #end = 0;

  /** Begins a budget of `ms` milliseconds. */
  begin(ms: number): void {
    this.#ms = ms;
    this.#end = 0;
  }

  /** Begins a budget that ends at `end`. */
  beginUntil(end: number): void {
    this.#end = end;
  }

  /** Returns the time at which it ends. The first call starts it. */
  endFrom(now: number): number {
    if (this.#end === 0) this.#end = now + this.#ms;
    return this.#end;
  }

  /** Returns whether it is used up but for `reserveMs`. Reads no clock in a call that has not waited. */
  isOver(reserveMs: number): boolean {
    return this.#end !== 0 && performance.now() >= this.#end - reserveMs;
  }

  /** The rest of it but for `reserveMs`, in ms. Reads no clock in a call that has not waited. */
  leftMs(reserveMs: number): number {
    const left = this.#end === 0 ? this.#ms : this.#end - performance.now();
    return left - reserveMs;
  }
}
