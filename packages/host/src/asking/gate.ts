// A gate hook: puts events to the chain of plugins, blocks until there are decisions, and returns them.

import type { EventOf, HookName } from '@gatehouse/plugin-api';
import { hookNames, hooks } from '@gatehouse/plugin-api/hooks';
import { InvariantError, invariant } from '@gatehouse/support/invariant';
import { type Bell, type CarriedReason, type ChannelSizes, verdict, type WaitMode } from '../channel/index.js';
import type { ChainOrder } from '../contract/chain-order.js';
import { continued, type Decision } from '../contract/decision.js';
import type { FaultCause } from '../contract/fault.js';
import type { FaultPolicy } from '../contract/policy.js';
import { AnswerWait } from './answer-wait.js';
import type { AskedLink, AskedPlugin } from './asked-plugin.js';
import { EventFrames } from './event-frames.js';
import { GateCall } from './gate-call.js';
import { shardOf } from './shard.js';

/** What the gate tells of faults to whoever acts on them. */
export interface FaultWatch {
  /** A plugin gave no verdict, which counts as `policy`. `detail` is what it threw or answered instead, or more of why. */
  faulted(plugin: AskedPlugin, hook: HookName, cause: FaultCause, policy: FaultPolicy, detail: string): void;
  /** An event was let through without the plugin's verdict, by policy. */
  admitted(plugin: AskedPlugin, hook: HookName<'gate'>, cause: FaultCause, event: EventOf<HookName<'gate'>>): void;
  /** The host failed to hear the plugin, which is a bug of ours: the event is deferred. */
  undecided(plugin: string, hook: HookName, detail: string): void;
  /** A session let its deadline pass. */
  stalled(link: AskedLink, hook: HookName): void;
  /** The memory of a session says that it has ended. */
  ended(link: AskedLink): void;
  /** A session that had let its deadline pass has answered since, and is asked again. */
  recovered(link: AskedLink): void;
}

const budgetUsedUp = 'the budget of the chain was used up before it was asked';
const unheard = 'neither a verdict nor a fault of it came out of the call';
const stillLate = 'it has not answered an earlier call yet';

export interface GateOptions {
  /** The longest that one blocking call takes, in ms, however many plugins are asked. */
  readonly budgetMs: number;
  readonly chain: ChainOrder;
  readonly wait: WaitMode;
  readonly sizes: ChannelSizes;
}

export class Gate<N extends HookName<'gate'> = HookName<'gate'>> {
  #chain: readonly AskedPlugin[] = [];
  /** The names of all of them, for what nobody in particular can be blamed for. */
  #everybody = '';
  /** What each leaves of the budget to those behind it, in ms. */
  #reservesMs: readonly number[] = [];
  readonly #hook: N;
  readonly #id: number;
  readonly #wait: AnswerWait;
  readonly #order: ChainOrder;
  readonly #budgetMs: number;
  readonly #watch: FaultWatch;
  readonly #frames: EventFrames;
  /** The event of a single call; a list of one that is used again. */
  readonly #single: EventOf<N>[] = [];
  readonly #call: GateCall<EventOf<N>>;
  /** Counts what callers asked to have decided, in however many calls. */
  #decision = 0;

  constructor(hook: N, bell: Bell, watch: FaultWatch, { budgetMs, sizes, chain, wait }: GateOptions) {
    this.#hook = hook;
    this.#id = hookNames.indexOf(hook);
    this.#wait = new AnswerWait(bell, wait);
    this.#order = chain;
    this.#budgetMs = budgetMs;
    this.#watch = watch;
    this.#frames = new EventFrames(hook, { frames: sizes.callMax, bytes: sizes.requestBytes });
    this.#call = new GateCall(sizes.callMax);
  }

  /** The plugins to ask, in order. */
  set chain(plugins: readonly AskedPlugin[]) {
    this.#chain = plugins;
    this.#everybody = plugins.map(({ name }) => name).join(', ');
    this.#reservesMs = reservesOf(plugins, this.#budgetMs);
  }

  /** Decides one event. Blocks for the budget at most. @throws GatehouseError EVENT_INVALID */
  decide(event: EventOf<N>): Decision {
    this.#single[0] = event;
    this.#frames.encode(this.#single);
    if (this.#chain.length === 0) return continued;
    this.#decision++;
    this.#wait.begin(this.#budgetMs);
    this.#decide(this.#single, 0, 1);
    return this.#call.decision(0);
  }

  /** Decides several events, in as few calls as they fit in, which share one budget. @throws GatehouseError EVENT_INVALID */
  decideAll(events: readonly EventOf<N>[]): Decision[] {
    this.#frames.encode(events);
    const all = new Array<Decision>(events.length);
    if (this.#chain.length === 0) return all.fill(continued);
    this.#decision++;
    this.#wait.begin(this.#budgetMs, this.#frames.fitting(0, events.length) < events.length);
    for (let done = 0; done < events.length; ) {
      const count = this.#frames.fitting(done, events.length);
      invariant(count > 0, 'every event fits into a call of its own');
      this.#decide(events, done, count);
      for (let i = 0; i < count; i++) all[done++] = this.#call.decision(i);
    }
    return all;
  }

  /** Decides `count` events in one call. Whatever breaks in it, no event continues by accident. */
  #decide(events: readonly EventOf<N>[], from: number, count: number): void {
    const call = this.#call;
    try {
      call.begin(events, from, count);
      if (this.#order === 'parallel') this.#askAtOnce(call);
      else this.#askInTurn(call);
    } catch (error) {
      this.#abandon(call, error);
      return;
    }
    if (!call.conclude(this.#chain.length, this.#everybody)) this.#tell(call);
  }

  /** Asks one plugin after the other about the events that nothing stands against so far. */
  #askInTurn(call: GateCall<EventOf<N>>): void {
    for (const [place, plugin] of this.#chain.entries()) {
      const reserveMs = this.#reservesMs[place]!;
      for (let next = 0; next < call.count; ) next = this.#askSome(call, plugin, next, reserveMs);
    }
  }

  /** Asks a plugin about the open events from `from` on, as many as go into one call; returns the first that is left. */
  #askSome(call: GateCall<EventOf<N>>, plugin: AskedPlugin, from: number, reserveMs: number): number {
    const next = this.#putSome(call, plugin, from, reserveMs, (index) => call.isOpen(index));
    this.#settle(call, reserveMs);
    return next;
  }

  /** Asks all plugins about all events; see `decisionOf` for who prevails. */
  #askAtOnce(call: GateCall<EventOf<N>>): void {
    const next = this.#chain.map(() => 0);
    while (next.some((at) => at < call.count)) {
      for (const [place, plugin] of this.#chain.entries()) {
        if (next[place]! < call.count) next[place] = this.#putSome(call, plugin, next[place]!, 0, () => true);
      }
      this.#settle(call, 0);
    }
  }

  /** Puts events from `from` on to a plugin, as many as it takes at a time; returns the first that is left. */
  #putSome(
    call: GateCall<EventOf<N>>,
    plugin: AskedPlugin,
    from: number,
    reserveMs: number,
    isWanted: (index: number) => boolean,
  ): number {
    const isSecond = plugin.pace.answeredIn === this.#decision;
    const mayAsk = !this.#wait.isOver(reserveMs) && (!isSecond || plugin.pace.fits(this.#wait.leftMs(reserveMs)));
    let room = mayAsk ? plugin.pace.size * Math.max(1, plugin.links.length) : Number.POSITIVE_INFINITY;
    let index = from;
    for (; index < call.count && room > 0; index++) {
      if (!isWanted(index)) continue;
      if (mayAsk) this.#ask(call, plugin, index, reserveMs);
      else this.#leaveOut(call, plugin, index, isSecond);
      room--;
    }
    return index;
  }

  /**
   * The plugin is not asked, as no time is left for it. Where its own calls before took the time, it gets through fewer
   * messages than come, which is no fault: the message is deferred, unless the plugin is one that may be left out.
   */
  #leaveOut(call: GateCall<EventOf<N>>, plugin: AskedPlugin, index: number, isSecond: boolean): void {
    if (!isSecond || isOptional(plugin)) this.#fault(call, plugin, index, 'timed-out', budgetUsedUp);
    else {
      plugin.tally.overloaded++;
      call.object(index, { kind: 'overload', ...this.#by(plugin) });
    }
  }

  /** Puts the event at `index` of the call to the plugin. */
  #ask(call: GateCall<EventOf<N>>, plugin: AskedPlugin, index: number, reserveMs: number): void {
    const at = call.from + index;
    const link = this.#linkFor(plugin, call.events[at]!);
    if (!link?.isOpen) {
      this.#absent(call, plugin, link, index);
      return;
    }
    if ((link.stalled || link.isPinged) && !this.#isFree(link, reserveMs)) {
      this.#fault(call, plugin, index, 'timed-out', stillLate);
      return;
    }
    if (!link.inCall) {
      link.lane.begin();
      link.inCall = true;
      call.asked.push(link);
    }
    const { words, starts } = this.#frames;
    const place = link.lane.put(words, starts[at]!, starts[at + 1]!);
    if (place < 0) this.#undecided(call, plugin, index, 'its frame did not fit the lane');
    else link.asked[place] = index;
  }

  /** Its session has ended, or says so: it can write to that word too, so the supervisor is told once. */
  #absent(call: GateCall<EventOf<N>>, plugin: AskedPlugin, link: AskedLink | undefined, index: number): void {
    if (link !== undefined && !link.isToldEnded) {
      link.isToldEnded = true;
      this.#watch.ended(link);
    }
    this.#fault(call, plugin, index, 'unavailable', '');
  }

  /** Whether a session that owes an answer, to a ping or to a call that it was late for, has given it by now. */
  #isFree(link: AskedLink, reserveMs: number): boolean {
    if (link.owes && !this.#wait.waitForOwed(link, reserveMs)) {
      if (!link.stalled) this.#stalls(link);
      return false;
    }
    link.isPinged = false;
    if (!link.stalled) return true;
    link.stalled = false;
    this.#watch.recovered(link);
    return true;
  }

  #stalls(link: AskedLink): void {
    link.stalled = true;
    this.#watch.stalled(link, this.#hook);
  }

  /** The session that serves the event's key. */
  #linkFor(plugin: AskedPlugin, event: EventOf<N>): AskedLink | undefined {
    const { links } = plugin;
    if (links.length === 1) return links[0];
    const key = (event as Readonly<Record<string, unknown>>)[hooks[this.#hook].by];
    return links[shardOf(key) % links.length];
  }

  /** Sends the calls, blocks until they are settled, and takes the verdicts. */
  #settle(call: GateCall<EventOf<N>>, reserveMs: number): void {
    const { asked } = call;
    if (asked.length === 0) return;
    let awake = true;
    for (const link of asked) awake = link.lane.send(this.#id) && awake;
    this.#wait.wait(asked, awake, reserveMs);
    for (const link of asked) this.#collect(call, link);
    asked.length = 0;
  }

  #collect(call: GateCall<EventOf<N>>, link: AskedLink): void {
    link.inCall = false;
    const { lane } = link;
    const isAnswered = lane.isAnswered();
    // Looked at before the verdicts are read: one that answered and then ended has answered.
    const silence = isAnswered ? undefined : link.isOpen ? 'timed-out' : 'crashed';
    for (let place = 0; place < lane.count; place++) this.#hear(call, link, place, silence);
    this.#pace(link, isAnswered);
    if (!isAnswered && link.owes) this.#stalls(link);
  }

  /** Fits the size of the next call to how this one went. A miss that the machine is to blame for says nothing. */
  #pace({ lane, plugin, starvation, isOpen }: AskedLink, isAnswered: boolean): void {
    if (isAnswered) plugin.pace.answeredIn = this.#decision;
    if (isAnswered) plugin.pace.answered(lane.count, this.#wait.sleptMs, plugin.deadlineMs);
    else if (isOpen && !starvation.wasStarved) plugin.pace.missed(lane.count);
  }

  /** Takes what stands at a place of the lane. `silence` is what it means that nothing does; undefined: it cannot be. */
  #hear(call: GateCall<EventOf<N>>, link: AskedLink, place: number, silence: FaultCause | undefined): void {
    const { lane, plugin } = link;
    const index = link.asked[place]!;
    const kind = lane.verdict(place);
    if (kind === verdict.CONTINUE) {
      plugin.tally.continued++;
      call.passes(index);
    } else if (kind === verdict.REJECT) this.#reject(call, plugin, index, lane.reason(place));
    else if (kind === verdict.THREW) this.#fault(call, plugin, index, 'threw', lane.reason(place).text);
    else if (kind === verdict.BAD) this.#fault(call, plugin, index, 'bad-verdict', lane.reason(place).text);
    else if (kind === verdict.UNDECIDED) this.#undecided(call, plugin, index, lane.reason(place).text);
    else if (silence !== undefined) this.#fault(call, plugin, index, silence, '');
    else this.#undecided(call, plugin, index, 'it answered the call, and this event has no verdict');
  }

  #reject(call: GateCall<EventOf<N>>, plugin: AskedPlugin, index: number, { text, truncated }: CarriedReason): void {
    plugin.tally.rejected++;
    call.object(index, { kind: 'rejected', reason: text, truncated, ...this.#by(plugin) });
  }

  #fault(call: GateCall<EventOf<N>>, plugin: AskedPlugin, index: number, cause: FaultCause, detail: string): void {
    plugin.tally.faults[cause]++;
    const policy = plugin.policyOf(cause);
    call.object(index, { kind: 'fault', cause, policy, ...this.#by(plugin) });
    this.#watch.faulted(plugin, this.#hook, cause, policy, detail);
  }

  #undecided(call: GateCall<EventOf<N>>, plugin: AskedPlugin, index: number, detail: string): void {
    plugin.tally.undecided++;
    call.object(index, { kind: 'undecided', ...this.#by(plugin) });
    this.#watch.undecided(plugin.name, this.#hook, detail);
  }

  #by(plugin: AskedPlugin) {
    return { place: this.#chain.indexOf(plugin), plugin: plugin.name };
  }

  /** Counts and tells what a policy has let through, which is known only once the whole chain has been asked. */
  #tell(call: GateCall<EventOf<N>>): void {
    if (call.unheard > 0) this.#watch.undecided(this.#everybody, this.#hook, unheard);
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

  /** An invariant of ours broke: a bug, which defers the whole call. Anything else is for the caller to know. */
  #abandon(call: GateCall<EventOf<N>>, error: unknown): void {
    for (const link of call.asked) {
      link.inCall = false;
      // It may still read its lane, which is not used again until it has answered.
      if (link.owes) this.#stalls(link);
    }
    call.abandon(this.#everybody);
    if (!(error instanceof InvariantError)) throw error;
    this.#watch.undecided(this.#everybody, this.#hook, error.message);
  }
}

/** Whether the operator lets messages pass when this plugin is late. Any other is a guard. */
function isOptional(plugin: AskedPlugin): boolean {
  return plugin.policyOf('timed-out') === 'continue';
}

/**
 * What each plugin of a sequential chain leaves of the budget: an optional one the deadlines of the guards behind it, at
 * most half of the budget; a guard nothing, as a message without its verdict is not stored anyway.
 */
function reservesOf(plugins: readonly AskedPlugin[], budgetMs: number): readonly number[] {
  return plugins.map((plugin, place) => {
    if (!isOptional(plugin)) return 0;
    const guards = plugins.slice(place + 1).filter((later) => !isOptional(later));
    const deadlines = guards.reduce((sum, { deadlineMs }) => sum + deadlineMs, 0);
    return Math.min(deadlines, budgetMs / 2);
  });
}
