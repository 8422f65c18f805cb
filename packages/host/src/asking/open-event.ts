// An event that was asked without blocking and has no decision yet.

import type { Decision } from '../contract/decision.js';

export interface OpenEventParts {
  /** A private copy, which the caller cannot change. */
  readonly event: unknown;
  /** The same, encoded. */
  readonly frame: Int32Array;
  /** The times at which its budget ends, and up to which it waits for a plugin that restarts (by `performance.now`). */
  readonly end: number;
  readonly waitUntil: number;
  readonly budgetMs: number;
  readonly signal: AbortSignal | undefined;
  /** A call was under way when it was asked. */
  readonly hasQueued: boolean;
}

export class OpenEvent {
  readonly event: unknown;
  readonly frame: Int32Array;
  readonly end: number;
  readonly waitUntil: number;
  readonly budgetMs: number;
  readonly signal: AbortSignal | undefined;
  readonly hasQueued: boolean;
  readonly decision: Promise<Decision>;
  /** Its place in the call that is under way; undefined while it is queued. */
  index: number | undefined = undefined;
  #resolve!: (decision: Decision) => void;
  #reject!: (error: unknown) => void;

  constructor({ event, frame, end, waitUntil, budgetMs, signal, hasQueued }: OpenEventParts) {
    this.event = event;
    this.frame = frame;
    this.end = end;
    this.waitUntil = waitUntil;
    this.budgetMs = budgetMs;
    this.signal = signal;
    this.hasQueued = hasQueued;
    this.decision = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  decided(decision: Decision): void {
    this.#resolve(decision);
  }

  failed(error: unknown): void {
    this.#reject(error);
  }
}
