// An event that was asked without blocking and has no decision yet.

import type { Decision } from '../contract/decision.js';
import type { ChainCall } from './chain-call.js';

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
}

export class OpenEvent {
  readonly parts: OpenEventParts;
  readonly end: number;
  readonly signal: AbortSignal | undefined;
  readonly decision: Promise<Decision>;
  /** It has waited behind calls about other events. */
  hasQueued: boolean;
  /** The call that it is in, and its place there; undefined while it is queued. */
  place: { readonly call: ChainCall; readonly index: number } | undefined = undefined;
  decided!: (decision: Decision) => void;
  failed!: (error: unknown) => void;

  constructor(parts: OpenEventParts, hasQueued: boolean) {
    this.parts = parts;
    this.end = parts.end;
    this.signal = parts.signal;
    this.hasQueued = hasQueued;
    this.decision = new Promise((resolve, reject) => {
      this.decided = resolve;
      this.failed = reject;
    });
  }
}
