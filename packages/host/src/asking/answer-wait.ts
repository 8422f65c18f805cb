// The server thread's wait for the sessions that it has asked: it spins where that pays, else sleeps on its bell.

import { type Bell, SpinPolicy, spin, stance, tellOfLongCall, type WaitMode } from '../channel/index.js';
import type { AskedLink } from './asked-plugin.js';
import { lookMs } from './starvation.js';

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

/** The length of a call, in ms, from which on the supervisor watches its memory. Hardly any call takes as long. */
const longMs = 5;

export class AnswerWait {
  readonly #bell: Bell;
  readonly #policy: SpinPolicy;
  #asked: readonly AskedLink[] = [];
  #budgetMs = 0;
  #isOneOfMany = false;
  /** The time at which the call in hand times out; 0 while the clock has not been read in it. */
  #budgetEnd = 0;
  /** Ignores sessions that have ended: the spin is short, and they are looked for after it. */
  readonly #isAnswered = () => !this.#asked.some(isUnanswered);

  constructor(bell: Bell, mode: WaitMode) {
    this.#bell = bell;
    this.#policy = new SpinPolicy(mode);
  }

  /**
   * Begins a call that takes `budgetMs` at most, however often it waits. The clock is first read when a wait does not
   * end in its first few looks, so that a hot call never reads it. `isOneOfMany`: several calls of the size of a lane
   * follow each other at once.
   */
  begin(budgetMs: number, isOneOfMany = false): void {
    this.#budgetMs = budgetMs;
    this.#isOneOfMany = isOneOfMany;
    this.#budgetEnd = 0;
  }

  /** Duration of the last wait's sleep, in ms; 0 if its answers came at once. */
  sleptMs = 0;

  /** Whether the budget of the call in hand is used up but for `reserveMs`. Reads no clock in a call that has not slept. */
  isOver(reserveMs: number): boolean {
    return this.#budgetEnd !== 0 && performance.now() >= this.#budgetEnd - reserveMs;
  }

  /** The rest of the budget but for `reserveMs`, in ms. Reads no clock in a call that has not slept. */
  leftMs(reserveMs: number): number {
    const left = this.#budgetEnd === 0 ? this.#budgetMs : this.#budgetEnd - performance.now();
    return left - reserveMs;
  }

  /**
   * Blocks until every session in `asked` has answered, has ended or has timed out, and leaves `reserveMs` of the
   * budget. `awake`: all of them were awake when they were asked. A session that has to be woken first takes longer
   * than a spin. Waits for a session that was kept from a core as long as the budget allows.
   */
  wait(asked: readonly AskedLink[], awake: boolean, reserveMs: number): void {
    this.#asked = asked;
    this.sleptMs = 0;
    if (awake && this.#spin()) return;
    const from = this.#begun();
    const end = this.#budgetEnd - reserveMs;
    this.#sleepToDeadline(from, end);
    const late = asked.filter((link) => link.owes && link.starvation.isKnown);
    if (late.length > 0) this.#waitForStarved(late, end);
    this.sleptMs = performance.now() - from;
  }

  /**
   * Blocks until a session has answered what it owes (a ping or an overdue call), leaving `reserveMs` of the budget.
   * Returns whether it has. Does not wait for a session that hangs.
   */
  waitForOwed(link: AskedLink, reserveMs: number): boolean {
    this.#asked = [link];
    const from = this.#begun();
    const end = this.#budgetEnd - reserveMs;
    if (!link.stalled) this.#sleepToDeadline(from, end);
    else if (!link.starvation.isStarved(link.plugin.deadlineMs)) return false;
    if (link.owes && link.starvation.isKnown) this.#waitForStarved([link], end);
    return !link.owes;
  }

  /** Returns the time at which this wait begins. The first wait of a call starts its budget. */
  #begun(): number {
    const now = performance.now();
    if (this.#budgetEnd === 0) this.#budgetEnd = now + this.#budgetMs;
    return now;
  }

  /**
   * Sleeps until every session that was asked has answered or is overdue. One that is silent for half of its deadline is
   * looked at from then on: at its deadline that look covers many slices of the scheduler, not only the one that the
   * kernel happens to grant it just then.
   */
  #sleepToDeadline(from: number, end: number): void {
    for (const link of this.#asked) link.until = Math.min(end, from + link.plugin.deadlineMs / 2);
    this.#sleep(from);
    for (const link of this.#asked) {
      if (!link.owes) continue;
      link.starvation.begin();
      link.until = Math.min(end, from + link.plugin.deadlineMs);
    }
    this.#sleep(from);
  }

  /** Keeps waiting for the sessions that are starved of a core, and checks repeatedly that they still are. */
  #waitForStarved(late: readonly AskedLink[], end: number): void {
    let starved = late;
    for (let looks = 0; starved.length > 0; looks++) {
      const now = performance.now();
      if (now >= end) return;
      for (const link of starved) link.until = Math.min(end, now + lookMs);
      this.#sleep(now);
      starved = starved.filter((link) => link.owes && link.starvation.isStarved(link.plugin.deadlineMs));
      if (looks === 0) for (const { plugin } of starved) plugin.tally.starved++;
    }
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

  /** Sleeps until every session that was asked has answered, has ended or has timed out. */
  #sleep(from: number): void {
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
      // Checked again after the stance is set: see bell.ts.
      if (this.#remaining() > 0) this.#bell.wait(bellCount, untold ? Math.min(remaining, longMs) : remaining);
      this.#bell.setStance(stance.BUSY);
    }
  }

  /** Milliseconds until the last session that owes an answer times out; 0 if none owes one. */
  #remaining(): number {
    let until = 0;
    for (const link of this.#asked) if (link.owes) until = Math.max(until, link.until);
    return until === 0 ? 0 : until - performance.now();
  }
}

function isUnanswered({ lane }: AskedLink): boolean {
  return !lane.isAnswered();
}
