// A gate hook: puts events to the chain of plugins, blocks until there are decisions, and returns them.

import { InvariantError, invariant } from '@gatehouse/support/invariant';
import type { Bell, ChannelSizes, WaitMode } from '../channel/index.js';
import type { ChainOrder } from '../contract/chain-order.js';
import { continued, type Decision } from '../contract/decision.js';
import { GatehouseError } from '../contract/errors.js';
import { isOptional } from '../contract/policy.js';
import type { AskedPlugin } from './asked-plugin.js';
import { EventFrames } from './event-frames.js';
import type { FaultWatch } from './fault-watch.js';
import { GateCall } from './gate-call.js';
import { type AskedHook, Round } from './round.js';

const unheard = 'neither a verdict nor a fault of it came out of the call';

export interface GateOptions {
  /** The longest that one blocking call takes, in ms, however many plugins are asked. */
  readonly budgetMs: number;
  readonly chain: ChainOrder;
  readonly wait: WaitMode;
  readonly sizes: ChannelSizes;
}

export class Gate {
  #chain: readonly AskedPlugin[] = [];
  /** By plugin: the part of the budget, in ms, that it leaves to the plugins behind it. */
  #reservesMs: readonly number[] = [];
  readonly #hook: string;
  readonly #order: ChainOrder;
  readonly #budgetMs: number;
  readonly #watch: FaultWatch;
  readonly #frames: EventFrames;
  /** The event of a single call: a list of one, reused. */
  readonly #single: unknown[] = [];
  readonly #call: GateCall<unknown>;
  readonly #round: Round;
  #isDeciding = false;

  constructor(hook: AskedHook, bell: Bell, watch: FaultWatch, { budgetMs, sizes, chain, wait }: GateOptions) {
    this.#hook = hook.name;
    this.#order = chain;
    this.#budgetMs = budgetMs;
    this.#watch = watch;
    this.#frames = new EventFrames(hook.name, hook.row.codec, { frames: sizes.callMax, bytes: sizes.requestBytes });
    this.#call = new GateCall(sizes.callMax);
    this.#round = new Round({ hook, call: this.#call, frames: this.#frames, bell, wait, watch });
  }

  /** The plugins to ask, in order. */
  set chain(plugins: readonly AskedPlugin[]) {
    this.#chain = plugins;
    this.#call.chain = plugins;
    this.#reservesMs = reservesOf(plugins, this.#budgetMs);
  }

  /** Decides one event. Blocks for the budget at most. @throws GatehouseError EVENT_INVALID */
  decide(event: unknown): Decision {
    this.#begin();
    try {
      this.#single[0] = event;
      this.#frames.encode(this.#single);
      if (this.#chain.length === 0) return continued;
      this.#round.begin(this.#budgetMs, false);
      this.#decide(this.#single, 0, 1);
      return this.#call.decision(0);
    } finally {
      this.#isDeciding = false;
    }
  }

  /** Decides several events, in as few calls as they fit in, which share one budget. @throws GatehouseError EVENT_INVALID */
  decideAll(events: readonly unknown[]): Decision[] {
    this.#begin();
    try {
      return this.#decideAll(events);
    } finally {
      this.#isDeciding = false;
    }
  }

  /** Begins a decision. One within another, from a listener or a logger, would write over its events and objections. */
  #begin(): void {
    invariant(!this.#isDeciding, 'a decision begins once the one before has ended');
    this.#isDeciding = true;
  }

  #decideAll(events: readonly unknown[]): Decision[] {
    if (!Array.isArray(events)) throw new GatehouseError('EVENT_INVALID', `${this.#hook}: expected a list of events`);
    this.#frames.encode(events);
    const all = new Array<Decision>(events.length);
    if (this.#chain.length === 0) return all.fill(continued);
    this.#round.begin(this.#budgetMs, this.#frames.fitting(0, events.length) < events.length);
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
    try {
      this.#call.begin(events, from, count);
      if (this.#order === 'parallel') this.#askAtOnce(count);
      else this.#askInTurn(count);
    } catch (error) {
      this.#abandon(error);
      return;
    }
    if (!this.#call.conclude()) this.#report();
  }

  /** Asks one plugin after the other about the events without an objection so far. */
  #askInTurn(count: number): void {
    for (let place = 0; place < this.#chain.length; place++) {
      const reserveMs = this.#reservesMs[place]!;
      for (let next = 0; next < count; ) {
        next = this.#round.put(this.#chain[place]!, next, reserveMs, true);
        this.#round.settle(reserveMs);
      }
    }
  }

  /** Asks all plugins about all events; see `decisionOf` for which objection prevails. */
  #askAtOnce(count: number): void {
    const next = this.#chain.map(() => 0);
    while (next.some((at) => at < count)) {
      for (const [place, plugin] of this.#chain.entries()) {
        if (next[place]! < count) next[place] = this.#round.put(plugin, next[place]!, 0, false);
      }
      this.#round.settle(0);
    }
  }

  /** Counts and reports what a policy let through, which is known only once the whole chain has been asked. */
  #report(): void {
    const call = this.#call;
    if (call.unheard > 0) this.#watch.undecided(call.everybody, this.#hook, unheard);
    for (let i = 0; i < call.count; i++) {
      const decision = call.decision(i);
      if (decision.action !== 'continue' || decision.faults === undefined) continue;
      for (const { plugin: name, cause } of decision.faults) {
        const plugin = this.#chain.find((one) => one.name === name)!;
        plugin.tally.admitted[cause]++;
        this.#watch.admitted(plugin, this.#hook, cause, call.events[call.from + i]!);
      }
    }
  }

  /** Defers the whole call if an invariant of ours broke, which is a bug. Rethrows anything else to the caller. */
  #abandon(error: unknown): void {
    this.#round.abandon();
    this.#call.abandon();
    if (!(error instanceof InvariantError)) throw error;
    this.#watch.undecided(this.#call.everybody, this.#hook, error.message);
  }
}

/**
 * Returns the part of the budget that each plugin of a sequential chain leaves. An optional plugin leaves the deadlines
 * of the guards behind it, but at most half of the budget. A guard leaves nothing, because a message without its
 * verdict is not stored anyway.
 */
function reservesOf(plugins: readonly AskedPlugin[], budgetMs: number): readonly number[] {
  return plugins.map((plugin, place) => {
    if (!isOptional(plugin)) return 0;
    const guards = plugins.slice(place + 1).filter((later) => !isOptional(later));
    const deadlines = guards.reduce((sum, { deadlineMs }) => sum + deadlineMs, 0);
    return Math.min(deadlines, budgetMs / 2);
  });
}
