// A gate hook that does not block: gathers what is asked while a call is in flight, and decides that in the next one.
//
// A session has room for one call, so the events of a busy server meet in few calls, and handlers that wait run side by
// side in each. A call begins at the end of a turn of the event loop, with what was asked until then.

import { setImmediate as endOfTurn } from 'node:timers/promises';
import { continued, type Decision } from '../contract/decision.js';
import { AskQueue, type QueuedEvent } from './ask-queue.js';
import type { AskedLink, AskedPlugin } from './asked-plugin.js';
import { ChainCall } from './chain-call.js';
import { EventFrames } from './event-frames.js';
import type { GateOptions } from './gate.js';
import type { GateContext } from './gate-context.js';
import type { AskedHook } from './round.js';

/** The limits of one event; see `AskOptions`. */
export interface AskLimits {
  readonly budgetMs: number | undefined;
  readonly waitForRestartMs: number;
  readonly signal: AbortSignal | undefined;
}

/** An event that was asked and has no decision yet. */
interface OpenEvent extends QueuedEvent {
  readonly event: unknown;
  readonly resolve: (decision: Decision) => void;
  readonly reject: (error: unknown) => void;
}

export class AsyncGate {
  #chain: readonly AskedPlugin[] = [];
  readonly #budgetMs: number;
  readonly #room: { readonly frames: number; readonly words: number };
  /** For the event that is asked, and for those of the call in flight. */
  readonly #encoder: EventFrames;
  readonly #frames: EventFrames;
  readonly #call: ChainCall;
  /** Decides the events whose budget has ended in the queue: asks nobody. */
  readonly #lateCall: ChainCall;
  readonly #queue = new AskQueue<OpenEvent>((events) => this.#decideLate(events));
  readonly #open = new Set<Promise<Decision>>();
  #isDeciding = false;
  #callEnds: Promise<void> = Promise.resolve();

  constructor(hook: AskedHook, context: GateContext, options: GateOptions) {
    const { budgetMs, sizes } = options;
    const size = { frames: sizes.callMax, bytes: sizes.requestBytes };
    const framesOf = () => new EventFrames(hook.name, hook.row.codec, size);
    this.#budgetMs = budgetMs;
    this.#room = { frames: size.frames, words: size.bytes >>> 2 };
    this.#encoder = framesOf();
    this.#frames = framesOf();
    this.#call = new ChainCall(hook, this.#frames, 'async', context, options);
    this.#lateCall = new ChainCall(hook, this.#frames, 'async', context, options);
  }

  /** The plugins to ask from the next call on, in order. */
  set chain(plugins: readonly AskedPlugin[]) {
    this.#chain = plugins;
  }

  /** Resolves once the call that is under way now has ended. Never rejects. */
  get callEnds(): Promise<void> {
    return this.#callEnds;
  }

  /** Resolves once every event that was asked so far has its decision. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#open);
  }

  /** Decides one event without blocking. @throws GatehouseError EVENT_INVALID, or the reason of the signal */
  async decide(event: unknown, { budgetMs = this.#budgetMs, waitForRestartMs, signal }: AskLimits): Promise<Decision> {
    this.#encoder.encode([event]);
    signal?.throwIfAborted();
    if (this.#chain.length === 0) return continued;
    const frame = this.#encoder.single();
    const end = performance.now() + budgetMs;
    return this.#settled({ event, frame, budgetMs, waitForRestartMs, end }, signal);
  }

  async #settled(asked: Omit<OpenEvent, 'resolve' | 'reject'>, signal: AbortSignal | undefined): Promise<Decision> {
    let giveUp = () => {};
    const decision = new Promise<Decision>((resolve, reject) => {
      const open = { ...asked, resolve, reject };
      giveUp = () => {
        this.#queue.remove(open);
        reject(signal!.reason);
      };
      this.#queue.add(open);
    });
    signal?.addEventListener('abort', giveUp, { once: true });
    this.#open.add(decision);
    if (!this.#isDeciding) void this.#decideAll();
    try {
      return await decision;
    } finally {
      this.#open.delete(decision);
      signal?.removeEventListener('abort', giveUp);
    }
  }

  /** Decides what is in the queue, one call at a time. Never rejects. */
  async #decideAll(): Promise<void> {
    this.#isDeciding = true;
    for (;;) {
      await endOfTurn();
      const events = this.#queue.take(this.#room);
      if (events.length === 0) break;
      this.#callEnds = this.#decide(events);
      await this.#callEnds;
    }
    this.#isDeciding = false;
  }

  /** Decides some events in one call, within the budget of the oldest. Never rejects. */
  async #decide(events: readonly OpenEvent[]): Promise<void> {
    const { budgetMs, waitForRestartMs, end } = events[0]!;
    const call = this.#call;
    try {
      this.#frames.load(events.map(({ frame }) => frame));
      call.setChain(this.#chain, budgetMs);
      call.round.beginUntil(end, false);
      call.begin(events.map(bare), 0, events.length);
      await this.#run(call, performance.now() + waitForRestartMs);
    } catch (error) {
      abandon(call, events, error);
      return;
    }
    conclude(call, events);
  }

  async #run(call: ChainCall, restartEnd: number): Promise<void> {
    while (call.more()) {
      const hopeless = new Set<AskedLink>();
      for (;;) {
        const wait = call.pending(restartEnd, hopeless);
        if (wait === undefined) break;
        await wait;
      }
      await call.round.settled(call.put());
    }
  }

  #decideLate(events: readonly OpenEvent[]): void {
    const { frames } = this.#room;
    for (let from = 0; from < events.length; from += frames) this.#decideNow(events.slice(from, from + frames));
  }

  /** Decides some events for which no time is left. */
  #decideNow(events: readonly OpenEvent[]): void {
    const call = this.#lateCall;
    try {
      call.setChain(this.#chain, 0);
      call.round.beginUntil(performance.now(), true);
      call.begin(events.map(bare), 0, events.length);
      while (call.more()) call.put();
    } catch (error) {
      abandon(call, events, error);
      return;
    }
    conclude(call, events);
  }
}

const bare = ({ event }: OpenEvent) => event;

/** Hands out the decisions. If one cannot be put on record, no event of the call is let through. */
function conclude(call: ChainCall, events: readonly OpenEvent[]): void {
  try {
    call.conclude();
  } catch (error) {
    for (const { reject } of events) reject(error);
    return;
  }
  for (const [i, { resolve }] of events.entries()) resolve(call.decision(i));
}

/** Whatever broke in a call, none of its events continues. */
function abandon(call: ChainCall, events: readonly OpenEvent[], error: unknown): void {
  try {
    call.abandon(error);
  } catch (thrown) {
    for (const { reject } of events) reject(thrown);
    return;
  }
  for (const [i, { resolve }] of events.entries()) resolve(call.decision(i));
}
