// A gate hook: puts events to the chain of plugins, blocks until there are decisions, and returns them.

import type { EventOf, HookName } from '@gatehouse/plugin-api';
import { hookNames, hooks } from '@gatehouse/plugin-api/hooks';
import { type Bell, type CarriedReason, type ChannelSizes, verdict, type WaitMode } from '../channel/index.js';
import type { ChainOrder } from '../contract/chain-order.js';
import { continued, type Decision, isOpen } from '../contract/decision.js';
import type { FaultCause } from '../contract/fault.js';
import type { FaultPolicy } from '../contract/policy.js';
import { AnswerWait } from './answer-wait.js';
import type { AskedLink, AskedPlugin } from './asked-plugin.js';
import { EventFrames } from './event-frames.js';
import { Objections } from './objections.js';
import { shardOf } from './shard.js';

/** What the gate tells of faults to whoever acts on them. */
export interface FaultWatch {
  /** A plugin gave no verdict, which counts as `policy`. `detail` is what it threw or answered instead, or more of why. */
  faulted(plugin: AskedPlugin, hook: HookName, cause: FaultCause, policy: FaultPolicy, detail: string): void;
  /** An event was let through without the plugin's verdict, by policy. */
  admitted(plugin: AskedPlugin, hook: HookName<'gate'>, cause: FaultCause, event: EventOf<HookName<'gate'>>): void;
  /** A session let its deadline pass. */
  stalled(link: AskedLink, hook: HookName): void;
  /** The memory of a session says that it has ended. */
  ended(link: AskedLink): void;
  /** A session that had let its deadline pass has answered since, and is asked again. */
  recovered(link: AskedLink): void;
}

const budgetUsedUp = 'the budget of the chain was used up before it was asked';
const stillLate = 'it has not answered an earlier call yet';

export interface GateOptions {
  /** The longest that one blocking call takes, in ms, however many plugins are asked. */
  readonly budgetMs: number;
  readonly chain: ChainOrder;
  readonly wait: WaitMode;
  readonly sizes: ChannelSizes;
}

export class Gate<N extends HookName<'gate'> = HookName<'gate'>> {
  /** The plugins to ask, in order. */
  chain: readonly AskedPlugin[] = [];
  readonly #hook: N;
  readonly #id: number;
  readonly #wait: AnswerWait;
  readonly #order: ChainOrder;
  readonly #budgetMs: number;
  readonly #watch: FaultWatch;
  readonly #frames: EventFrames;
  /** The event of a single call; a list of one that is used again. */
  readonly #single: EventOf<N>[] = [];
  /** Of the call in hand: the decision of each event, what led to it, and the sessions asked. */
  #decisions: Decision[] = [];
  readonly #objections = new Objections();
  readonly #asked: AskedLink[] = [];

  constructor(hook: N, bell: Bell, watch: FaultWatch, { budgetMs, sizes, chain, wait }: GateOptions) {
    this.#hook = hook;
    this.#id = hookNames.indexOf(hook);
    this.#wait = new AnswerWait(bell, wait);
    this.#order = chain;
    this.#budgetMs = budgetMs;
    this.#watch = watch;
    this.#frames = new EventFrames(hook, { frames: sizes.callMax, bytes: sizes.requestBytes });
  }

  /** Decides one event. Blocks for the budget at most. @throws GatehouseError EVENT_INVALID */
  decide(event: EventOf<N>): Decision {
    this.#single[0] = event;
    this.#frames.encode(this.#single);
    if (this.chain.length === 0) return continued;
    this.#decisions[0] = continued;
    this.#wait.begin(this.#budgetMs);
    this.#decide(this.#single, 0, 1);
    return this.#decisions[0];
  }

  /** Decides several events, in as few calls as they fit in, which share one budget. @throws GatehouseError EVENT_INVALID */
  decideAll(events: readonly EventOf<N>[]): Decision[] {
    this.#frames.encode(events);
    const all = new Array<Decision>(events.length);
    this.#wait.begin(this.#budgetMs, this.#frames.fitting(0, events.length) < events.length);
    for (let done = 0; done < events.length; ) {
      const count = this.#frames.fitting(done, events.length);
      this.#decisions.fill(continued, 0, count);
      for (let i = this.#decisions.length; i < count; i++) this.#decisions[i] = continued;
      if (this.chain.length > 0) this.#decide(events, done, count);
      for (let i = 0; i < count; i++) all[done++] = this.#decisions[i]!;
    }
    return all;
  }

  #decide(events: readonly EventOf<N>[], from: number, count: number): void {
    if (this.#order === 'parallel') this.#decideAtOnce(events, from, count);
    else this.#decideInTurn(events, from, count);
    if (this.#objections.any) this.#conclude(events, from, count);
  }

  /** Asks one plugin after the other about the events that nothing stands against so far. */
  #decideInTurn(events: readonly EventOf<N>[], from: number, count: number): void {
    for (const plugin of this.chain) {
      const isOver = this.#wait.isOver();
      for (let i = 0; i < count; i++) {
        if (!isOpen(this.#decisions[i]!)) continue;
        if (isOver) this.#fault(plugin, i, 'timed-out', budgetUsedUp);
        else this.#ask(plugin, events, from + i, i);
      }
      this.#settle();
    }
  }

  /** Asks all plugins about all events; see `decisionOf` for who prevails. */
  #decideAtOnce(events: readonly EventOf<N>[], from: number, count: number): void {
    const isOver = this.#wait.isOver();
    for (const plugin of this.chain) {
      for (let i = 0; i < count; i++) {
        if (isOver) this.#fault(plugin, i, 'timed-out', budgetUsedUp);
        else this.#ask(plugin, events, from + i, i);
      }
    }
    this.#settle();
  }

  /** Puts the event at `at` to the plugin; `index` is its place in the call in hand. */
  #ask(plugin: AskedPlugin, events: readonly EventOf<N>[], at: number, index: number): void {
    const link = this.#linkFor(plugin, events[at]!);
    if (!link?.isOpen) {
      this.#absent(plugin, link, index);
      return;
    }
    if (link.stalled && !this.#recovers(link)) {
      this.#fault(plugin, index, 'timed-out', stillLate);
      return;
    }
    if (!link.inCall) {
      link.inCall = true;
      link.lane.begin();
      this.#asked.push(link);
    }
    const { words, starts } = this.#frames;
    link.asked[link.lane.put(words, starts[at]!, starts[at + 1]!)] = index;
  }

  /** Its session has ended, or says so: it can write to that word too, so the supervisor is told once. */
  #absent(plugin: AskedPlugin, link: AskedLink | undefined, index: number): void {
    if (link !== undefined && !link.isToldEnded) {
      link.isToldEnded = true;
      this.#watch.ended(link);
    }
    this.#fault(plugin, index, 'unavailable', '');
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
  #settle(): void {
    if (this.#asked.length === 0) return;
    let awake = true;
    for (const link of this.#asked) awake = link.lane.send(this.#id) && awake;
    this.#wait.wait(this.#asked, awake);
    for (const link of this.#asked) this.#collect(link);
    this.#asked.length = 0;
  }

  #collect(link: AskedLink): void {
    link.inCall = false;
    const isAnswered = link.lane.isAnswered();
    // Looked at before the verdicts are read: one that answered and then ended has answered.
    const silence: FaultCause = isAnswered || link.isOpen ? 'timed-out' : 'crashed';
    for (let place = 0; place < link.lane.count; place++) this.#take(link, place, silence);
    if (!isAnswered && link.owes) {
      link.stalled = true;
      this.#watch.stalled(link, this.#hook);
    }
  }

  #take(link: AskedLink, place: number, silence: FaultCause): void {
    const { lane, plugin } = link;
    const index = link.asked[place]!;
    const kind = lane.verdict(place);
    if (kind === verdict.CONTINUE) plugin.tally.continued++;
    else if (kind === verdict.REJECT) this.#reject(plugin, index, lane.reason(place));
    else if (kind === verdict.NONE) this.#fault(plugin, index, silence, '');
    else this.#fault(plugin, index, kind === verdict.THREW ? 'threw' : 'bad-verdict', lane.reason(place).text);
  }

  #reject(plugin: AskedPlugin, index: number, { text, truncated }: CarriedReason): void {
    plugin.tally.rejected++;
    const objection = { kind: 'rejected', reason: text, truncated } as const;
    this.#decisions[index] = this.#objections.add(index, { ...objection, ...this.#by(plugin) });
  }

  #fault(plugin: AskedPlugin, index: number, cause: FaultCause, detail: string): void {
    plugin.tally.faults[cause]++;
    const policy = plugin.policyOf(cause);
    const objection = { kind: 'fault', cause, policy } as const;
    this.#decisions[index] = this.#objections.add(index, { ...objection, ...this.#by(plugin) });
    this.#watch.faulted(plugin, this.#hook, cause, policy, detail);
  }

  #by(plugin: AskedPlugin) {
    return { place: this.chain.indexOf(plugin), plugin: plugin.name };
  }

  /** Counts and tells what a policy has let through, which is known only once the whole chain has been asked. */
  #conclude(events: readonly EventOf<N>[], from: number, count: number): void {
    this.#objections.clear();
    for (let i = 0; i < count; i++) {
      const decision = this.#decisions[i]!;
      if (decision.action !== 'continue' || decision.faults === undefined) continue;
      for (const { plugin: name, cause } of decision.faults) {
        const plugin = this.chain.find((one) => one.name === name)!;
        plugin.tally.admitted[cause]++;
        this.#watch.admitted(plugin, this.#hook, cause, events[from + i]!);
      }
    }
  }
}
