// The sessions that a round needs: whether each is free to be asked, and how it becomes so.

import type { AnswerWait } from './answer-wait.js';
import type { AskedLink } from './asked-plugin.js';
import type { FaultWatch } from './fault-watch.js';
import type { Holder } from './session-link.js';

export interface ClaimParts {
  readonly hook: string;
  /** The round whose claims they are. */
  readonly round: Holder<AskedLink>;
  readonly wait: AnswerWait;
  readonly watch: FaultWatch;
  readonly mode: 'blocking' | 'async';
}

export class Claims {
  readonly #hook: string;
  readonly #round: Holder<AskedLink>;
  readonly #wait: AnswerWait;
  readonly #watch: FaultWatch;
  readonly #isBlocking: boolean;

  constructor({ hook, round, wait, watch, mode }: ClaimParts) {
    this.#hook = hook;
    this.#round = round;
    this.#wait = wait;
    this.#watch = watch;
    this.#isBlocking = mode === 'blocking';
  }

  /** Returns whether the session owes an answer to somebody else than the round. */
  isBusy(link: AskedLink): boolean {
    return (link.holder !== undefined || link.stalled || link.hasDebt) && link.holder !== this.#round && link.owes;
  }

  /**
   * Makes the session free to be asked, if it can be, leaving `reserveMs` of the budget. A round that blocks waits for an
   * answer that it owes.
   */
  free(link: AskedLink, reserveMs: number): boolean {
    const { holder } = link;
    if (holder === undefined && !link.stalled && !link.hasDebt) return true;
    if (link.owes && !(this.#isBlocking && this.#wait.waitForOwed(link, reserveMs))) {
      // Whoever holds it finds out by itself.
      if (holder === undefined && !link.stalled) this.stalls(link);
      return false;
    }
    holder?.release(link);
    link.hasDebt = false;
    if (!link.stalled) return true;
    link.stalled = false;
    this.#watch.recovered(link);
    return true;
  }

  /** The session has missed its deadline, and may still read its lane. */
  stalls(link: AskedLink): void {
    link.stalled = true;
    this.#watch.stalled(link, this.#hook);
  }
}
