// The loop of a session: gate calls first, then observer events, then sleep; and back to the event loop regularly.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Bell, stance } from '../channel/index.js';
import type { GateAnswers } from './gate-answers.js';
import type { ObserverEvents } from './observer-events.js';

/** The longest that the plugin's own timers and I/O wait for a turn of the event loop, in ms, under any load. */
const turnMs = 2;

/** An upper bound of one sleep, in ms; it only makes a lost wake-up, which there must not be, less than for ever. */
const sleepMs = 60_000;

export class ServeLoop {
  readonly #bell: Bell;
  readonly #gate: GateAnswers;
  readonly #observers: ObserverEvents;
  #stopping = false;
  #lastTurn = 0;

  constructor(bell: Bell, gate: GateAnswers, observers: ObserverEvents) {
    this.#bell = bell;
    this.#gate = gate;
    this.#observers = observers;
    observers.onRoom = () => bell.ringIfParked();
  }

  /** Serves until `stop`, and then what is still waiting. */
  async run(): Promise<void> {
    this.#lastTurn = performance.now();
    for (;;) {
      if (this.#work()) {
        if (performance.now() - this.#lastTurn > turnMs) await this.#turn();
      } else if (this.#stopping) return;
      else await this.#sleep();
    }
  }

  /** Ends the loop once nothing waits any more. */
  stop(): void {
    this.#stopping = true;
    this.#bell.ring();
  }

  /** Does one piece of work; false when there was none. */
  #work(): boolean {
    if (this.#gate.hasCall()) this.#gate.answerCall();
    else if (this.#observers.hasEvent()) this.#observers.deliver();
    else return false;
    return true;
  }

  async #turn(): Promise<void> {
    await nextTurn();
    this.#lastTurn = performance.now();
  }

  /** Sleeps until the bell rings; see bell.ts for why work that comes meanwhile is not overlooked. */
  async #sleep(): Promise<void> {
    const count = this.#bell.count();
    this.#bell.take(stance.PARKED);
    if (!this.#gate.hasCall() && !this.#observers.hasEvent() && !this.#stopping) {
      await this.#bell.waitAsync(count, sleepMs);
    }
    this.#bell.take(stance.BUSY);
    this.#lastTurn = performance.now();
  }
}
