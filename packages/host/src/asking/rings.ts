// The rings of the server's bell for calls that wait without blocking the thread.
//
// However many calls wait, one `Atomics.waitAsync` is outstanding, because one that nobody rings cannot be taken back. A
// ring wakes every call that waits here until its promise has been handled, at worst for nothing. So a call that has read
// the count, looked at its lanes and then waits here misses no ring.

import type { Bell } from '../channel/index.js';

export class Rings {
  readonly #bell: Bell;
  readonly #waiting = new Set<() => void>();
  #isArmed = false;

  constructor(bell: Bell) {
    this.#bell = bell;
  }

  /**
   * Resolves once the bell has moved from `count`, or after `ms` milliseconds. The timer keeps the event loop alive, which
   * `Atomics.waitAsync` does not.
   */
  next(count: number, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, Math.max(1, Math.ceil(ms)));
      this.#waiting.add(wake);
      this.#arm(count);
    });
  }

  /** Ends the wait that may be outstanding, which would keep the bell's memory. */
  close(): void {
    this.#bell.ring();
  }

  #wakeAll(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  #arm(count: number): void {
    if (this.#isArmed) return;
    const rung = this.#bell.waitAsync(count);
    if (rung === undefined) {
      this.#wakeAll();
      return;
    }
    this.#isArmed = true;
    void rung.then(() => {
      this.#isArmed = false;
      this.#wakeAll();
    });
  }
}
