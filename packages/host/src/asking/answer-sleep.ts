// The sleep of a call until its sessions have answered, step by step: whoever runs it decides whether the thread blocks.

import { type Bell, tellOfLongCall } from '../channel/index.js';
import type { AskedLink } from './asked-plugin.js';
import { lookMs } from './starvation.js';

/** The length of a blocking call, in ms, from which on the supervisor watches its memory. Hardly any takes as long. */
const longMs = 5;

/** A step: sleep until the bell has moved from `count`, or for `ms` milliseconds. The bell counts it as a sleep. */
export interface Sleep {
  readonly count: number;
  readonly ms: number;
}

type Sleeps = Generator<Sleep, void, void>;

export class AnswerSleep {
  readonly #bell: Bell;
  readonly #isBlocking: boolean;
  /** The sessions that are waited for. Whoever owns the list may take one out, which ends the wait for it. */
  #asked: readonly AskedLink[] = [];
  /** The time at which each of them times out. */
  readonly #until = new Map<AskedLink, number>();

  constructor(bell: Bell, isBlocking: boolean) {
    this.#bell = bell;
    this.#isBlocking = isBlocking;
  }

  /** Sleeps until each session has answered, has ended or has timed out; longer for one that is kept from a core. */
  *untilAnswered(asked: readonly AskedLink[], from: number, end: number): Sleeps {
    this.#begin(asked);
    yield* this.#toDeadline(from, end);
    const late = asked.filter((link) => link.owes && link.starvation.isKnown);
    if (late.length > 0) yield* this.#forStarved(late, end);
    this.#begin([]);
  }

  /**
   * Sleeps until a session has answered what it owes. Does not sleep for a session that hangs. Whoever holds the session
   * judges whether it is starved.
   */
  *untilFree(link: AskedLink, from: number, end: number): Sleeps {
    this.#begin([link]);
    if (link.holder !== undefined) {
      this.#until.set(link, Math.min(end, from + link.plugin.deadlineMs));
      yield* this.#sleep(from);
    } else if (!link.stalled) yield* this.#toDeadline(from, end);
    else if (!link.starvation.isStarved(link.plugin.deadlineMs)) return;
    if (link.holder === undefined && link.owes && link.starvation.isKnown) yield* this.#forStarved([link], end);
    this.#begin([]);
  }

  #begin(asked: readonly AskedLink[]): void {
    this.#asked = asked;
    this.#until.clear();
  }

  /**
   * Sleeps until every session has answered or is overdue. One that is silent for half of its deadline is looked at
   * from then on: at its deadline that look covers many slices of the scheduler, not only the one that the kernel
   * happens to grant it just then.
   */
  *#toDeadline(from: number, end: number): Sleeps {
    for (const link of this.#asked) this.#until.set(link, Math.min(end, from + link.plugin.deadlineMs / 2));
    yield* this.#sleep(from);
    for (const link of this.#asked) {
      if (!link.owes) continue;
      link.starvation.begin();
      this.#until.set(link, Math.min(end, from + link.plugin.deadlineMs));
    }
    yield* this.#sleep(from);
  }

  /** Goes on for the sessions that are starved of a core, and checks repeatedly that they still are. */
  *#forStarved(late: readonly AskedLink[], end: number): Sleeps {
    let starved = late;
    for (let looks = 0; starved.length > 0; looks++) {
      const now = performance.now();
      if (now >= end) return;
      for (const link of starved) this.#until.set(link, Math.min(end, now + lookMs));
      yield* this.#sleep(now);
      starved = starved.filter((link) => this.#isOwed(link) && link.starvation.isStarved(link.plugin.deadlineMs));
      if (looks === 0) for (const { plugin } of starved) plugin.tally.starved++;
    }
  }

  *#sleep(from: number): Sleeps {
    // A call that does not block need not be told of: the memory of the process is nobody's then.
    let untold = this.#isBlocking;
    for (;;) {
      const count = this.#bell.count();
      const remaining = this.#remaining();
      if (remaining <= 0) return;
      if (untold && performance.now() - from >= longMs) {
        untold = false;
        tellOfLongCall(this.#bell);
      }
      this.#bell.park(this.#isBlocking);
      try {
        // Checked again once the sleep has begun: see bell.ts.
        if (this.#remaining() > 0) yield { count, ms: untold ? Math.min(remaining, longMs) : remaining };
      } finally {
        this.#bell.unpark(this.#isBlocking);
      }
    }
  }

  /** Milliseconds until the last session that owes an answer times out; 0 if none owes one. */
  #remaining(): number {
    let until = 0;
    for (const link of this.#asked) if (link.owes) until = Math.max(until, this.#until.get(link) ?? 0);
    return until === 0 ? 0 : until - performance.now();
  }

  /** A session that was taken out of the list may owe an answer to somebody else. */
  #isOwed(link: AskedLink): boolean {
    return link.owes && this.#asked.includes(link);
  }
}
