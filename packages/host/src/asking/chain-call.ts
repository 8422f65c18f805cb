// A gate hook's call of its chain: puts events to the plugins in their order, turn by turn. Whoever runs it decides
// whether the thread blocks between the turns.

import { InvariantError } from '@gatehouse/support/invariant';
import type { ChannelSizes, WaitMode } from '../channel/index.js';
import type { ChainOrder } from '../contract/chain-order.js';
import type { Decision } from '../contract/decision.js';
import { isOptional } from '../contract/policy.js';
import { AnswerWait } from './answer-wait.js';
import type { AskedLink, AskedPlugin } from './asked-plugin.js';
import type { EventFrames } from './event-frames.js';
import type { FaultWatch } from './fault-watch.js';
import { GateCall } from './gate-call.js';
import type { GateContext } from './gate-context.js';
import { type AskedHook, Round, type RoundParts, type Turn } from './round.js';

const unheard = 'neither a verdict nor a fault of it came out of the call';

/** A turn of this call, which moves on. In a parallel chain each plugin is asked about all events, and leaves nothing. */
type OwnTurn = { -readonly [N in keyof Turn]: Turn[N] };

export interface ChainCallOptions {
  readonly chain: ChainOrder;
  readonly wait: WaitMode;
  readonly sizes: ChannelSizes;
}

export class ChainCall {
  readonly round: Round;
  readonly #hook: string;
  readonly #isParallel: boolean;
  readonly #watch: FaultWatch;
  readonly #call: GateCall<unknown>;
  /** By plugin, in the order of the chain: what it is asked next. */
  #turns: readonly OwnTurn[] = [];
  /** The plugin whose turn it is in a sequential chain. */
  #place = 0;

  constructor(
    hook: AskedHook,
    frames: EventFrames,
    mode: RoundParts['mode'],
    { bell, rings, watch, decisions }: GateContext,
    { chain, wait, sizes }: ChainCallOptions,
  ) {
    this.#hook = hook.name;
    this.#isParallel = chain === 'parallel';
    this.#watch = watch;
    this.#call = new GateCall(sizes.callMax);
    const answers = new AnswerWait(bell, rings, wait, mode === 'blocking');
    this.round = new Round({ hook, call: this.#call, frames, wait: answers, watch, decisions, mode });
  }

  /** Sets the plugins to ask, in order, of which each leaves a part of `budgetMs` to those behind it. */
  setChain(plugins: readonly AskedPlugin[], budgetMs: number): void {
    const isParallel = this.#isParallel;
    this.#call.chain = plugins;
    this.#turns = plugins.map((plugin, place) => {
      const reserveMs = isParallel ? 0 : reserveOf(plugins, place, budgetMs);
      return { plugin, reserveMs, onlyOpen: !isParallel, from: 0 };
    });
  }

  /** Begins a call about `count` events of a list. */
  begin(events: readonly unknown[], from: number, count: number): void {
    this.#call.begin(events, from, count);
    this.#place = 0;
    for (const turn of this.#turns) turn.from = 0;
  }

  /** Goes on to the next turn. Returns false once the whole chain has been asked about all events. */
  more(): boolean {
    if (this.#isParallel) return this.#turns.some((turn) => this.#isLeft(turn));
    while (this.#place < this.#turns.length && !this.#isLeft(this.#turns[this.#place]!)) this.#place++;
    return this.#place < this.#turns.length;
  }

  /**
   * Returns what has to be waited for before the turn's events can be put; undefined if they may be put now. Look again
   * after each wait. `hopeless`: see `Round.pending`.
   */
  pending(hopeless: Set<AskedLink>): Promise<unknown> | undefined {
    for (const turn of this.#isParallel ? this.#turns : [this.#turns[this.#place]!]) {
      const wait = this.round.pending(turn, hopeless);
      if (wait !== undefined) return wait;
    }
    return undefined;
  }

  /** Puts the turn's events. Returns the part of the budget that the wait for them leaves to others, in ms. */
  put(): number {
    if (!this.#isParallel) {
      const turn = this.#turns[this.#place]!;
      turn.from = this.round.put(turn);
      return turn.reserveMs;
    }
    for (const turn of this.#turns) if (this.#isLeft(turn)) turn.from = this.round.put(turn);
    return 0;
  }

  /**
   * Takes an event out of the call, because its budget has ended. A verdict that is in place counts. A plugin without a
   * session is named first: the event may have waited for it. Returns the decision.
   */
  expire(index: number, isBehindOthers: boolean): Decision {
    const isMissing = (turn: OwnTurn) => turn.from <= index && this.round.isMissing(turn.plugin, index);
    const missing = this.#turns.filter(isMissing);
    for (const turn of [...missing, ...this.#turns.filter((turn) => !missing.includes(turn))]) {
      if (!this.#isParallel && !this.#call.isOpen(index)) break;
      this.round.hearNow(turn, index, isBehindOthers);
    }
    const decision = this.#call.close(index);
    this.#report(index);
    return decision;
  }

  /** Takes an event out of the call that nobody waits for any more. */
  giveUp(index: number): void {
    this.#call.close(index);
  }

  /** Ends a call that has gone through the whole chain. */
  conclude(): void {
    const call = this.#call;
    if (call.conclude()) return;
    if (call.unheard > 0) this.#watch.undecided(call.everybody, this.#hook, unheard);
    for (let i = 0; i < call.count; i++) if (!call.isClosed(i)) this.#report(i);
  }

  /** Ends a call in which something broke, so that no event continues. Rethrows all but a broken invariant of ours. */
  abandon(error: unknown): void {
    this.round.abandon();
    this.#call.abandon();
    if (!(error instanceof InvariantError)) throw error;
    this.#watch.undecided(this.#call.everybody, this.#hook, error.message);
  }

  /** Valid after `conclude` or `abandon`. */
  decision(index: number): Decision {
    return this.#call.decision(index);
  }

  /** Returns whether the plugin has not been asked about all events yet. */
  #isLeft({ from }: OwnTurn): boolean {
    return from < this.#call.count;
  }

  /** Counts and reports what a policy let through, which is known only once the whole chain has been asked. */
  #report(index: number): void {
    const call = this.#call;
    const decision = call.decision(index);
    if (decision.action !== 'continue' || decision.faults === undefined) return;
    for (const { plugin: name, cause } of decision.faults) {
      const { plugin } = this.#turns.find((turn) => turn.plugin.name === name)!;
      plugin.tally.admitted[cause]++;
      this.#watch.admitted(plugin, this.#hook, cause, call.events[call.from + index]!);
    }
  }
}

/**
 * Returns the part of the budget that a plugin of a sequential chain leaves, in ms. An optional plugin leaves the
 * deadlines of the guards behind it, but at most half of the budget. A guard leaves nothing, because a message without
 * its verdict is not stored anyway.
 */
function reserveOf(plugins: readonly AskedPlugin[], place: number, budgetMs: number): number {
  if (!isOptional(plugins[place]!)) return 0;
  const guards = plugins.slice(place + 1).filter((later) => !isOptional(later));
  const deadlines = guards.reduce((sum, { deadlineMs }) => sum + deadlineMs, 0);
  return Math.min(deadlines, budgetMs / 2);
}
