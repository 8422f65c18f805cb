// The loop of a session: gate calls first, then observer events, then a wait, with regular turns of the event loop.

import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type Bell,
  CallGaps,
  type LaneAnswerer,
  look,
  type SpinOutcome,
  SpinPolicy,
  spin,
  stance,
  type WaitMode,
} from '../channel/index.js';
import type { GateAnswers } from './gate-answers.js';
import type { ObserverEvents } from './observer-events.js';
import { endRepeat, now, repeat } from './taken.js';

/** The longest wait of the plugin's own timers and I/O for a turn of the event loop, in ms, under any load. */
const turnMs = 2;

/** The longest spin of the adaptive mode, in µs: about three times the cost of a wake-up. */
const longestSpinUs = 200;

/** Interval at which a sleeping session wakes up by itself, in ms: bounds a lost wake-up, which must not happen. */
const lookMs = 1000;

export interface ServeParts {
  readonly bell: Bell;
  readonly lane: Pick<LaneAnswerer, 'spunInVain'>;
  readonly gate: Pick<GateAnswers, 'hasCall' | 'isAwaiting' | 'answerCall'>;
  readonly observers: Pick<ObserverEvents, 'hasEvent' | 'deliver' | 'onRoom'>;
  readonly wait: WaitMode;
}

export class ServeLoop {
  readonly #bell: Bell;
  readonly #lane: ServeParts['lane'];
  readonly #gate: ServeParts['gate'];
  readonly #observers: ServeParts['observers'];
  readonly #policy: SpinPolicy;
  readonly #gaps = new CallGaps(longestSpinUs);
  readonly #hasWork = () => this.#gate.hasCall() || this.#observers.hasEvent();
  #stopping = false;
  /** The times of the last turn of the event loop, the last gate call, and the last piece of work. */
  #lastTurn = now();
  #lastCall = now();
  #lastWork = 0;
  #seenInVain = 0;

  constructor({ bell, lane, gate, observers, wait }: ServeParts) {
    this.#bell = bell;
    this.#lane = lane;
    this.#gate = gate;
    this.#observers = observers;
    this.#policy = new SpinPolicy(wait);
    observers.onRoom = () => bell.ringIfParked();
  }

  /** Serves until `stop`, and then finishes the work that still waits. */
  async run(): Promise<void> {
    const look = repeat(() => this.#bell.ringIfParked(), lookMs);
    try {
      await this.#serve();
    } finally {
      endRepeat(look);
    }
  }

  async #serve(): Promise<void> {
    for (;;) {
      if (this.#work()) {
        if (this.#lastWork - this.#lastTurn > turnMs) await this.#turn();
      } else if (this.#stopping) {
        return;
      } else if (!this.#spin()) {
        await this.#sleep();
      }
    }
  }

  /** Ends the loop once no work waits any more. */
  stop(): void {
    this.#stopping = true;
    this.#bell.ring();
  }

  /** Does one piece of work. Returns false if there was none. */
  #work(): boolean {
    if (this.#gate.hasCall()) this.#answer();
    else if (this.#observers.hasEvent()) this.#deliver();
    else return false;
    return true;
  }

  /** Answers, and only then reads the clock, because the server waits for the answer. */
  #answer(): void {
    this.#gate.answerCall();
    const at = now();
    this.#gaps.came((at - this.#lastCall) * 1000);
    this.#lastCall = at;
    this.#lastWork = at;
    const inVain = this.#lane.spunInVain;
    if (inVain !== this.#seenInVain) this.#policy.robbed();
    this.#seenInVain = inVain;
  }

  #deliver(): void {
    this.#observers.deliver();
    this.#lastWork = now();
  }

  async #turn(): Promise<void> {
    await nextTurn();
    this.#lastTurn = now();
  }

  /** Looks for work without sleeping, if that pays. Returns whether it found some. */
  #spin(): boolean {
    // Async handlers need the event loop, which a spin would block.
    if (this.#gate.isAwaiting()) return false;
    const us = this.#policy.spinUs(this.#gaps.areShort ? longestSpinUs : 0);
    if (us === 0) return false;
    const outcome = this.#spinFor(us);
    this.#policy.came(outcome);
    return outcome !== 'nothing';
  }

  /** Announces the spin only after a few looks, because the announcement costs as much as they do. */
  #spinFor(us: number): SpinOutcome {
    if (look(this.#hasWork)) return 'found';
    this.#bell.setStance(stance.SPINNING);
    const outcome = spin(this.#hasWork, us);
    this.#bell.setStance(stance.BUSY);
    return outcome;
  }

  /** Sleeps until the bell rings; see bell.ts for why no work is missed meanwhile. */
  async #sleep(): Promise<void> {
    const count = this.#bell.count();
    this.#bell.setStance(stance.PARKED);
    const rung = this.#hasWork() || this.#stopping ? undefined : this.#bell.waitAsync(count);
    if (rung !== undefined) {
      await rung;
      this.#lastTurn = now();
    }
    this.#bell.setStance(stance.BUSY);
  }
}
