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
  }

  /** Decides one event. Blocks for the budget at most. @throws GatehouseError EVENT_INVALID */
  decide(event: EventOf<N>): Decision {
    this.#single[0] = event;
    this.#frames.encode(this.#single);
    if (this.#chain.length === 0) return continued;
    this.#wait.begin(this.#budgetMs);
    this.#decide(this.#single, 0, 1);
    return this.#call.decision(0);
  }

  /** Decides several events, in as few calls as they fit in, which share one budget. @throws GatehouseError EVENT_INVALID */
  decideAll(events: readonly EventOf<N>[]): Decision[] {
    this.#frames.encode(events);
    const all = new Array<Decision>(events.length);
    if (this.#chain.length === 0) return all.fill(continued);
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
    for (const plugin of this.#chain) {
      const isOver = this.#wait.isOver();
      for (let i = 0; i < call.count; i++) {
        if (!call.isOpen(i)) continue;
        if (isOver) this.#fault(call, plugin, i, 'timed-out', budgetUsedUp);
        else this.#ask(call, plugin, i);
      }
      this.#settle(call);
    }
  }

  /** Asks all plugins about all events; see `decisionOf` for who prevails. */
  #askAtOnce(call: GateCall<EventOf<N>>): void {
    const isOver = this.#wait.isOver();
    for (const plugin of this.#chain) {
      for (let i = 0; i < call.count; i++) {
        if (isOver) this.#fault(call, plugin, i, 'timed-out', budgetUsedUp);
        else this.#ask(call, plugin, i);
      }
    }
    this.#settle(call);
  }

  /** Puts the event at `index` of the call to the plugin. */
  #ask(call: GateCall<EventOf<N>>, plugin: AskedPlugin, index: number): void {
    const at = call.from + index;
    const link = this.#linkFor(plugin, call.events[at]!);
    if (!link?.isOpen) {
      this.#absent(call, plugin, link, index);
      return;
    }
    if (link.stalled && !this.#recovers(link)) {
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

  /** Whether a session that had let its deadline pass has answered since. */
  #recovers(link: AskedLink): boolean {
    if (link.owes) return false;
    link.stalled = false;
    this.#watch.recovered(link);
    return true;
  }

  /** The session that serves the event's key. */
  #linkFor(plugin: AskedPlugin, event: EventOf<N>): AskedLink | undefined {
    const { links } = plugin;
    if (links.length === 1) return links[0];
    const key = (event as Readonly<Record<string, unknown>>)[hooks[this.#hook].by];
    return links[shardOf(key) % links.length];
  }

  /** Sends the calls, blocks until they are settled, and takes the verdicts. */
  #settle(call: GateCall<EventOf<N>>): void {
    const { asked } = call;
    if (asked.length === 0) return;
    let awake = true;
    for (const link of asked) awake = link.lane.send(this.#id) && awake;
    this.#wait.wait(asked, awake);
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
    if (!isAnswered && link.owes) {
      link.stalled = true;
      this.#watch.stalled(link, this.#hook);
    }
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
      link.stalled = link.owes;
      if (link.stalled) this.#watch.stalled(link, this.#hook);
    }
    call.abandon(this.#everybody);
    if (!(error instanceof InvariantError)) throw error;
    this.#watch.undecided(this.#everybody, this.#hook, error.message);
  }
}
