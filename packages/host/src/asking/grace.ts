// The grace period of sessions that missed a deadline: one that has not answered when it ends is replaced.

import type { AskedLink } from './asked-plugin.js';

export class Grace {
  readonly #ms: number;
  readonly #replace: (link: AskedLink, reason: string) => void;
  readonly #timers = new Map<AskedLink, NodeJS.Timeout>();

  constructor(ms: number, replace: (link: AskedLink, reason: string) => void) {
    this.#ms = ms;
    this.#replace = replace;
  }

  /** The session has just missed a deadline of the hook. */
  begin(link: AskedLink, hook: string): void {
    this.end(link);
    this.#timers.set(link, setTimeout(() => this.#over(link, hook), this.#ms).unref());
  }

  /** The session has answered after its deadline. */
  end(link: AskedLink): void {
    clearTimeout(this.#timers.get(link));
    this.#timers.delete(link);
  }

  /** Stops all replacements. */
  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #over(link: AskedLink, hook: string): void {
    this.#timers.delete(link);
    if (!link.owes) return;
    const deadline = `missed its deadline of ${link.plugin.deadlineMs} ms in ${hook}`;
    this.#replace(link, `${deadline}, and did not answer within ${this.#ms} ms after it`);
  }
}
