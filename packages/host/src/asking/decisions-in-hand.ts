// The decisions of a host: numbered, and one in hand at a time on the server's thread.

import { invariant } from '@gatehouse/support/invariant';

export class DecisionsInHand {
  #last = 0;
  #isInHand = false;

  /** Returns the number of the next decision. One sequence for all gates, because they share the plugins. */
  number(): number {
    this.#last++;
    return this.#last;
  }

  /**
   * Takes a decision in hand. One within another, from a listener or a logger, would use the lanes and objections of that
   * one, also if another gate is asked.
   */
  begin(): void {
    invariant(!this.#isInHand, 'a decision begins once the one before has ended');
    this.#isInHand = true;
  }

  end(): void {
    this.#isInHand = false;
  }

  /** Does a part of a decision that does not block. Between such parts, others may be taken in hand. */
  during<T>(act: () => T): T {
    this.begin();
    try {
      return act();
    } finally {
      this.end();
    }
  }
}
