// A gate hook that does not block: gathers what is asked while a call is in flight, and decides that in the next one.
//
// A session has room for one call, so the events of a busy server meet in few calls, and handlers that wait run side by
// side in each. A call begins at the end of a turn of the event loop, with what was asked until then. An event whose budget
// ends, in the queue or in the call, is decided then. One that waits for a restart stays in the queue meanwhile.

import { setImmediate as endOfTurn } from 'node:timers/promises';
import { continued, type Decision } from '../contract/decision.js';
import { GatehouseError } from '../contract/errors.js';
import type { AskedLink, AskedPlugin } from './asked-plugin.js';
import { ChainCall } from './chain-call.js';
import { DueEvents } from './due-events.js';
import { EventFrames } from './event-frames.js';
import type { GateOptions } from './gate.js';
import type { GateContext } from './gate-context.js';
import { GivenUp } from './given-up.js';
import { OpenEvent } from './open-event.js';
import type { AskedHook } from './round.js';
import { servingOf } from './shard.js';

/** The most events that wait for a call. Those beyond are decided at once, as if their budgets had ended. */
const queuedMax = 65_536;

/** The limits of one event; see `AskOptions`. */
export interface AskLimits {
  readonly budgetMs: number | undefined;
  readonly waitForRestartMs: number;
  readonly signal: AbortSignal | undefined;
}

export class AsyncGate {
  #chain: readonly AskedPlugin[] = [];
  readonly #by: string;
  readonly #budgetMs: number;
  readonly #size: { readonly frames: number; readonly bytes: number };
  readonly #context: GateContext;
  readonly #framesOf: () => EventFrames;
  /** For the event that is being asked; undefined while one is encoded. */
  #encoder: EventFrames | undefined;
  /** The events of the call in flight. */
  readonly #frames: EventFrames;
  readonly #call: ChainCall;
  /** Decides the events that are taken out of the queue: asks nobody. */
  readonly #lateCall: ChainCall;
  readonly #open = new Set<OpenEvent>();
  #queue: OpenEvent[] = [];
  readonly #due = new DueEvents<OpenEvent>((events) => this.#expire(events));
  readonly #givenUp = new GivenUp<OpenEvent>((events, reason) => this.#giveUp(events, reason));
  #isRunning = false;
  #isClosing = false;
  #wake = () => {};
  /** The call in flight: its plugins, and its end. */
  #flight: { readonly chain: readonly AskedPlugin[]; readonly ended: Promise<void> } | undefined;

  constructor(hook: AskedHook, context: GateContext, options: GateOptions) {
    const { budgetMs, sizes } = options;
    this.#size = { frames: sizes.callMax, bytes: sizes.requestBytes };
    this.#framesOf = () => new EventFrames(hook.name, hook.row.codec, this.#size);
    this.#by = hook.row.by;
    this.#context = context;
    this.#budgetMs = budgetMs;
    this.#encoder = this.#framesOf();
    this.#frames = this.#framesOf();
    this.#call = new ChainCall(hook, this.#frames, 'async', context, options);
    this.#lateCall = new ChainCall(hook, this.#frames, 'async', context, options);
  }

  /** The plugins to ask from the next call on, in order. Set at every change of one of them. */
  set chain(plugins: readonly AskedPlugin[]) {
    this.#chain = plugins;
    this.#wake();
  }

  /** Decides one event without blocking. @throws GatehouseError EVENT_INVALID, OPTIONS_INVALID, or the signal's reason */
  async decide(event: unknown, { budgetMs = this.#budgetMs, waitForRestartMs, signal }: AskLimits): Promise<Decision> {
    const { frame, own } = this.#encoded(event);
    signal?.throwIfAborted();
    if (waitForRestartMs > budgetMs) throw tooLongAWait(waitForRestartMs, budgetMs);
    if (this.#chain.length === 0) return continued;
    const now = performance.now();
    const waitUntil = waitForRestartMs === 0 ? 0 : now + waitForRestartMs;
    const parts = { frame, event: own, end: now + budgetMs, waitUntil, budgetMs, signal };
    return this.#add(new OpenEvent(parts, this.#flight !== undefined));
  }

  /** Encodes an event, whose getters may ask about another one. Returns its frame, and a private copy of it. */
  #encoded(event: unknown): { readonly frame: Int32Array; readonly own: unknown } {
    const encoder = this.#encoder ?? this.#framesOf();
    this.#encoder = undefined;
    try {
      encoder.encode([event]);
      return { frame: encoder.single(), own: encoder.decoded() };
    } finally {
      this.#encoder = encoder;
    }
  }

  /** Resolves once no call that the plugin takes part in is in flight. Never rejects. */
  async callEnds(plugin: string): Promise<void> {
    if (this.#flight?.chain.some(({ name }) => name === plugin)) await this.#flight.ended;
  }

  /** Waits for no restart any more. Resolves once every event that was asked so far has its decision. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#wake();
    await Promise.allSettled([...this.#open].map(({ decision }) => decision));
  }

  #add(event: OpenEvent): Promise<Decision> {
    this.#open.add(event);
    this.#due.add(event);
    this.#givenUp.add(event);
    if (this.#queue.length < queuedMax) this.#queue.push(event);
    else void endOfTurn().then(() => this.#overflows(event));
    this.#wake();
    if (!this.#isRunning) void this.#run();
    return event.decision;
  }

  /** Decides what is in the queue, one call at a time. Never rejects. */
  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#queue.length > 0) {
      await endOfTurn();
      this.#due.look();
      const events = this.#take();
      if (events.length > 0) await this.#fly(events);
      else if (this.#queue.length > 0) await this.#woken();
    }
    this.#isRunning = false;
  }

  async #fly(events: readonly OpenEvent[]): Promise<void> {
    this.#flight = { chain: this.#chain, ended: this.#decide(events) };
    await this.#flight.ended;
    this.#flight = undefined;
  }

  /** Takes the events of the next call out of the queue: as many as fit into it, oldest first. */
  #take(): readonly OpenEvent[] {
    const taken: OpenEvent[] = [];
    const left: OpenEvent[] = [];
    const now = performance.now();
    let bytes = 0;
    let from = 0;
    for (; from < this.#queue.length; from++) {
      const event = this.#queue[from]!;
      const size = event.parts.frame.byteLength;
      if (taken.length === this.#size.frames || bytes + size > this.#size.bytes) break;
      if (event.parts.waitUntil > now && this.#awaitsRestart(event)) left.push(event);
      else {
        taken.push(event);
        bytes += size;
      }
    }
    const behind = this.#queue.slice(from);
    for (const event of behind) event.hasQueued = true;
    this.#queue = [...left, ...behind];
    return taken;
  }

  #awaitsRestart({ parts: { event } }: OpenEvent): boolean {
    if (this.#isClosing) return false;
    return this.#chain.some((plugin) => plugin.expectsSession && !servingOf(plugin.links, event, this.#by)?.isOpen);
  }

  /** Resolves when an event in the queue may have to wait no longer. */
  #woken(): Promise<void> {
    const until = this.#queue.reduce((first, { parts }) => Math.min(first, parts.waitUntil), Number.POSITIVE_INFINITY);
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#wake(), Math.max(1, Math.ceil(until - performance.now())));
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = () => {};
        resolve();
      };
    });
  }

  /** Decides some events in one call, within the longest of their budgets. Never rejects. */
  async #decide(events: readonly OpenEvent[]): Promise<void> {
    const call = this.#call;
    try {
      this.#context.decisions.during(() => {
        this.#frames.load(events.map(({ parts }) => parts.frame));
        this.#begin(call, events);
      });
      await this.#ask(call);
      this.#due.look();
    } catch (error) {
      this.#conclude(call, events, () => call.abandon(error));
      return;
    }
    this.#conclude(call, events, () => call.conclude());
  }

  #begin(call: ChainCall, events: readonly OpenEvent[]): void {
    for (const [index, event] of events.entries()) event.place = { call, index };
    call.setChain(this.#chain, Math.max(...events.map(({ parts }) => parts.budgetMs)));
    call.round.beginUntil(Math.max(...events.map(({ end }) => end)));
    call.begin(
      events.map(({ parts }) => parts.event),
      0,
      events.length,
    );
  }

  async #ask(call: ChainCall): Promise<void> {
    const { decisions } = this.#context;
    while (call.more()) {
      const hopeless = new Set<AskedLink>();
      for (let wait = call.pending(hopeless); wait !== undefined; wait = call.pending(hopeless)) await wait;
      const reserveMs = decisions.during(() => {
        const left = call.put();
        call.round.send();
        return left;
      });
      await call.round.untilSettled(reserveMs);
      this.#due.look();
      decisions.during(() => call.round.collect());
    }
  }

  /** Ends a call, and hands out the decisions. If one cannot be put on record, no event of the call is let through. */
  #conclude(call: ChainCall, events: readonly OpenEvent[], end: () => void): void {
    const open = events.filter((event) => this.#open.has(event));
    try {
      this.#context.decisions.during(end);
      for (const event of open) this.#settle(event, () => event.decided(call.decision(event.place!.index)));
    } catch (error) {
      for (const event of open) this.#settle(event, () => event.failed(error));
    }
  }

  /** Decides the events whose budgets have ended. */
  #expire(events: readonly OpenEvent[]): void {
    const queued = new Set(events.filter(({ place }) => place === undefined));
    if (queued.size > 0) this.#queue = this.#queue.filter((event) => !queued.has(event));
    this.#decideLate([...queued]);
    for (const event of events) if (!queued.has(event)) this.#leaveCall(event);
    this.#wake();
  }

  /** The queue had no room for the event. */
  #overflows(event: OpenEvent): void {
    if (!this.#open.has(event)) return;
    event.hasQueued = true;
    this.#decideLate([event]);
  }

  /** Decides events that are in no call. */
  #decideLate(events: readonly OpenEvent[]): void {
    for (let from = 0; from < events.length; from += this.#size.frames) {
      const some = events.slice(from, from + this.#size.frames);
      this.#begin(this.#lateCall, some);
      for (const event of some) this.#leaveCall(event);
    }
  }

  /** Decides an event as its call stands, unless it was given up meanwhile. */
  #leaveCall(event: OpenEvent): void {
    const { call, index } = event.place!;
    if (!this.#open.has(event)) return;
    try {
      const decision = this.#context.decisions.during(() => call.expire(index, event.hasQueued));
      this.#settle(event, () => event.decided(decision));
    } catch (error) {
      this.#settle(event, () => event.failed(error));
    }
  }

  #giveUp(events: readonly OpenEvent[], reason: unknown): void {
    const gone = new Set(events);
    this.#queue = this.#queue.filter((event) => !gone.has(event));
    for (const event of events) {
      event.place?.call.giveUp(event.place.index);
      this.#settle(event, () => event.failed(reason));
    }
    this.#wake();
  }

  #settle(event: OpenEvent, settle: () => void): void {
    this.#open.delete(event);
    this.#due.delete(event);
    this.#givenUp.delete(event);
    settle();
  }
}

function tooLongAWait(waitForRestartMs: number, budgetMs: number): GatehouseError {
  const message = `askAsync: waitForRestartMs: ${waitForRestartMs} is more than the budget of ${budgetMs} ms; set budgetMs too`;
  return new GatehouseError('OPTIONS_INVALID', message);
}
