// The wait of a call for the sessions that it has asked. One that blocks spins where that pays, else it sleeps on the
// server's bell; one that does not block sleeps on the bell's rings.

import { type Bell, SpinPolicy, spin, type WaitMode } from '../channel/index.js';
import { AnswerSleep, type Sleep } from './answer-sleep.js';
import type { AskedLink } from './asked-plugin.js';
import { Budget } from './budget.js';
import type { Rings } from './rings.js';

/**
 * The longest spin of the adaptive mode, in µs: about the processor time of a sleep and a wake-up. A plugin that is
 * awake answers a single message in a tenth of that. A gathered call takes longer, so the core is better left to
 * others, such as the clients that send the next messages.
 */
const longestSpinUs = 15;

/**
 * The time that a plugin takes for a message, in µs, with some to spare. Between calls that follow each other at once,
 * sleeping never pays.
 */
const usPerMessage = 1;

export class AnswerWait {
  readonly budget = new Budget();
  readonly #bell: Bell;
  readonly #rings: Rings;
  readonly #sleep: AnswerSleep;
  readonly #policy: SpinPolicy;
  #asked: readonly AskedLink[] = [];
  #isOneOfMany = false;
  #sleptMs = 0;
  #sleepsSince: number | undefined;
  /** Ignores sessions that have ended: the spin is short, and they are looked for after it. */
  readonly #isAnswered = () => !this.#asked.some(isUnanswered);

  /** `isBlocking`: it is waited with the thread blocked. */
  constructor(bell: Bell, rings: Rings, mode: WaitMode, isBlocking: boolean) {
    this.#bell = bell;
    this.#rings = rings;
    this.#sleep = new AnswerSleep(bell, isBlocking);
    this.#policy = new SpinPolicy(mode);
  }

  /** Begins a decision. `isOneOfMany`: several calls of the size of a lane follow each other at once. */
  begin(isOneOfMany: boolean): void {
    this.#isOneOfMany = isOneOfMany;
  }

  /** Duration of the last wait's sleep, in ms, up to now if it goes on; 0 if its answers came at once. */
  get sleptMs(): number {
    return this.#sleepsSince === undefined ? this.#sleptMs : performance.now() - this.#sleepsSince;
  }

  /**
   * Blocks until every session in `asked` has answered, has ended or has timed out, and leaves `reserveMs` of the
   * budget. `awake`: all of them were awake when they were asked. A session that has to be woken first takes longer
   * than a spin. Waits for a session that was kept from a core as long as the budget allows.
   */
  wait(asked: readonly AskedLink[], awake: boolean, reserveMs: number): void {
    this.#asked = asked;
    this.#sleptMs = 0;
    if (awake && this.#spin()) return;
    const from = performance.now();
    this.#block(this.#sleep.untilAnswered(asked, from, this.budget.endFrom(from) - reserveMs));
    this.#sleptMs = performance.now() - from;
  }

  /** Resolves once every session in `asked` has answered, has ended, has timed out, or was taken out of the list. */
  async untilAnswered(asked: readonly AskedLink[], reserveMs: number): Promise<void> {
    const from = performance.now();
    this.#sleepsSince = from;
    await this.#await(this.#sleep.untilAnswered(asked, from, this.budget.endFrom(from) - reserveMs));
    this.#sleepsSince = undefined;
    this.#sleptMs = performance.now() - from;
  }

  /**
   * Blocks until a session has answered what it owes (a ping, an overdue call, or one that does not block), leaving
   * `reserveMs` of the budget. Returns whether it has. Does not wait for a session that hangs.
   */
  waitForOwed(link: AskedLink, reserveMs: number): boolean {
    const from = performance.now();
    this.#block(this.#sleep.untilFree(link, from, this.budget.endFrom(from) - reserveMs));
    return !link.owes;
  }

  /** Does the same without blocking. */
  async untilFree(link: AskedLink, reserveMs: number): Promise<boolean> {
    const from = performance.now();
    await this.#await(this.#sleep.untilFree(link, from, this.budget.endFrom(from) - reserveMs));
    return !link.owes;
  }

  #block(sleeps: Iterable<Sleep>): void {
    for (const { count, ms } of sleeps) this.#bell.wait(count, ms);
  }

  async #await(sleeps: Iterable<Sleep>): Promise<void> {
    for (const { count, ms } of sleeps) await this.#rings.next(count, ms);
  }

  /** Returns whether all have answered. */
  #spin(): boolean {
    // A session that is awake most likely answers within a spin, however long the waits for sleeping ones were.
    const us = this.#policy.spinUs(longestSpinUs + (this.#isOneOfMany ? usPerMessage * this.#asked[0]!.lane.count : 0));
    if (us === 0) return false;
    const outcome = spin(this.#isAnswered, us);
    this.#policy.came(outcome);
    if (outcome !== 'found') this.#tellInVain();
    return outcome !== 'nothing';
  }

  /** Notifies overdue sessions: this very spin may have kept them from answering, on the same core. */
  #tellInVain(): void {
    for (const link of this.#asked) if (link.owes) link.lane.tellSpunInVain();
  }
}

function isUnanswered({ lane }: AskedLink): boolean {
  return !lane.isAnswered();
}
