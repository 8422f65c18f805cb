// A session's bell for rings in the session's own thread: a promise wakes it sooner than shared memory does.

import { Bell } from '../../channel/index.js';

export class LocalBell extends Bell {
  #wake: (() => void) | undefined;

  override waitAsync(count: number): Promise<unknown> | undefined {
    if (this.count() !== count) return undefined;
    return new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }

  override ring(): void {
    super.ring();
    this.wake();
  }

  /** Wakes the sleeper after another bell of the same words was rung in this thread. */
  wake(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
