// A session's bell that is rung in the session's own thread: a promise wakes it sooner than shared memory does.

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

  /** Somebody else in this thread has rung. */
  wake(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
