// A gate hook that blocks: puts events to the chain of plugins, blocks until there are decisions, and returns them.

import { invariant } from '@gatehouse/support/invariant';
import { continued, type Decision } from '../contract/decision.js';
import { GatehouseError } from '../contract/errors.js';
import type { AskedPlugin } from './asked-plugin.js';
import { ChainCall, type ChainCallOptions } from './chain-call.js';
import type { DecisionsInHand } from './decisions-in-hand.js';
import { EventFrames } from './event-frames.js';
import type { GateContext } from './gate-context.js';
import type { AskedHook } from './round.js';

export interface GateOptions extends ChainCallOptions {
  /** The longest that one call takes, in ms, however many plugins are asked. */
  readonly budgetMs: number;
}

export class Gate {
  #isEmpty = true;
  readonly #hook: string;
  readonly #budgetMs: number;
  readonly #frames: EventFrames;
  /** The event of a single call: a list of one, reused. */
  readonly #single: unknown[] = [];
  readonly #call: ChainCall;
  readonly #decisions: DecisionsInHand;

  constructor(hook: AskedHook, context: GateContext, options: GateOptions) {
    const { budgetMs, sizes } = options;
    this.#hook = hook.name;
    this.#budgetMs = budgetMs;
    this.#decisions = context.decisions;
    this.#frames = new EventFrames(hook.name, hook.row.codec, { frames: sizes.callMax, bytes: sizes.requestBytes });
    this.#call = new ChainCall(hook, this.#frames, 'blocking', context, options);
  }

  /** The plugins to ask, in order. */
  set chain(plugins: readonly AskedPlugin[]) {
    this.#isEmpty = plugins.length === 0;
    this.#call.setChain(plugins, this.#budgetMs);
  }

  /** Decides one event. Blocks for the budget at most. @throws GatehouseError EVENT_INVALID */
  decide(event: unknown): Decision {
    this.#decisions.begin();
    try {
      this.#single[0] = event;
      this.#frames.encode(this.#single);
      if (this.#isEmpty) return continued;
      this.#call.round.begin(this.#budgetMs, false);
      this.#decide(this.#single, 0, 1);
      return this.#call.decision(0);
    } finally {
      this.#decisions.end();
    }
  }

  /** Decides several events, in as few calls as they fit in, which share one budget. @throws GatehouseError EVENT_INVALID */
  decideAll(events: readonly unknown[]): Decision[] {
    this.#decisions.begin();
    try {
      return this.#decideAll(events);
    } finally {
      this.#decisions.end();
    }
  }

  #decideAll(events: readonly unknown[]): Decision[] {
    if (!Array.isArray(events)) throw new GatehouseError('EVENT_INVALID', `${this.#hook}: expected a list of events`);
    this.#frames.encode(events);
    const all = new Array<Decision>(events.length);
    if (this.#isEmpty) return all.fill(continued);
    this.#call.round.begin(this.#budgetMs, this.#frames.fitting(0, events.length) < events.length);
    for (let done = 0; done < events.length; ) {
      const count = this.#frames.fitting(done, events.length);
      invariant(count > 0, 'every event fits into a call of its own');
      this.#decide(events, done, count);
      for (let i = 0; i < count; i++) all[done++] = this.#call.decision(i);
    }
    return all;
  }

  /** Decides `count` events in one call. Whatever breaks in it, no event continues by accident. */
  #decide(events: readonly unknown[], from: number, count: number): void {
    const call = this.#call;
    try {
      call.begin(events, from, count);
      while (call.more()) call.round.settle(call.put());
    } catch (error) {
      call.abandon(error);
      return;
    }
    call.conclude();
  }
}
