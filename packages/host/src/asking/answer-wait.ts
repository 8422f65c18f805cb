// How the server thread waits for the sessions that it has asked: spinning where that pays, else asleep on its bell.

import { type Bell, SpinPolicy, spin, stance, tellOfLongCall, type WaitMode } from '../channel/index.js';
import type { AskedLink } from './asked-plugin.js';

/**
 * The longest spin of the adaptive mode, in µs: about the processor time that sleeping and being woken take. A plugin
 * that is awake answers a single message in a tenth of that. For a gathered call, which takes longer, the core is
 * better left to others, such as the clients that send the next messages.
 */
const longestSpinUs = 15;

/**
 * What a plugin takes for a message, in µs, with some to spare. Of calls that follow each other at once none pays to
 * sleep.
 */
const usPerMessage = 1;

/** From when on the supervisor looks at what a call does to memory, in ms. Hardly any takes as long. */
const longMs = 5;

export class AnswerWait {
  readonly #bell: Bell;
  readonly #policy: SpinPolicy;
  #asked: readonly AskedLink[] = [];
  #budgetMs = 0;
  #isOneOfMany = false;
  /** When the call in hand is out of time; 0 while the clock has not been read in it. */
  #budgetEnd = 0;
  /** Whether one of them has ended instead is looked at after the spin, which is short. */
  readonly #isAnswered = () => !this.#asked.some(isUnanswered);

  constructor(bell: Bell, mode: WaitMode) {
    this.#bell = bell;
    this.#policy = new SpinPolicy(mode);
  }

  /**
   * Begins a call that takes `budgetMs` at most, however often it waits. The clock is first read when a wait does not
   * end in its first few looks, so that a hot call reads none. `isOneOfMany` says that several of the size of a lane
   * follow each other at once.
   */
  begin(budgetMs: number, isOneOfMany = false): void {
    this.#budgetMs = budgetMs;
    this.#isOneOfMany = isOneOfMany;
    this.#budgetEnd = 0;
  }

  /** Whether the budget of the call in hand is used up. Reads no clock in a call that has not slept. */
  isOver(): boolean {
    return this.#budgetEnd !== 0 && performance.now() >= this.#budgetEnd;
  }

  /**
   * Blocks until every session in `asked` has answered, has ended or is out of time. `awake` says that all of them
   * were awake when they were asked: one that has to be woken first takes longer than a spin.
   */
  wait(asked: readonly AskedLink[], awake: boolean): void {
    this.#asked = asked;
    if (!awake || !this.#spin()) this.#sleep();
  }

  /** True when all have answered. */
  #spin(): boolean {
    // A session that is awake most likely answers within a spin, however long the waits for sleeping ones were.
    const us = this.#policy.spinUs(longestSpinUs + (this.#isOneOfMany ? usPerMessage * this.#asked[0]!.lane.count : 0));
    if (us === 0) return false;
    const outcome = spin(this.#isAnswered, us);
    this.#policy.came(outcome);
    if (outcome !== 'found') this.#tellInVain();
    return outcome !== 'nothing';
  }

  /** Says so to those that are late too: they may be kept from answering by this very spin, on the same core. */
  #tellInVain(): void {
    for (const link of this.#asked) if (link.owes) link.lane.tellSpunInVain();
  }

  #sleep(): void {
    const from = performance.now();
    if (this.#budgetEnd === 0) this.#budgetEnd = from + this.#budgetMs;
    for (const link of this.#asked) link.until = Math.min(this.#budgetEnd, from + link.plugin.deadlineMs);
    let untold = true;
    for (;;) {
      const bellCount = this.#bell.count();
      const remaining = this.#remaining();
      if (remaining <= 0) break;
      if (untold && performance.now() - from >= longMs) {
        untold = false;
        tellOfLongCall(this.#bell);
      }
      this.#bell.setStance(stance.PARKED);
      // Looked at once more after saying so: see bell.ts.
      if (this.#remaining() > 0) this.#bell.wait(bellCount, untold ? Math.min(remaining, longMs) : remaining);
      this.#bell.setStance(stance.BUSY);
    }
  }

  /** Milliseconds until the last of those who owe an answer is out of time; 0 when none owes one. */
  #remaining(): number {
    let until = 0;
    for (const link of this.#asked) if (link.owes) until = Math.max(until, link.until);
    return until === 0 ? 0 : until - performance.now();
  }
}

function isUnanswered({ lane }: AskedLink): boolean {
  return !lane.isAnswered();
}
