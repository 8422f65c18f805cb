// A gate hook: puts events to the chain of plugins, blocks until there are decisions, and returns them.

import type { EventOf, HookName } from '@gatehouse/plugin-api';
import { hookNames, hooks } from '@gatehouse/plugin-api/hooks';
import { type Bell, type ChannelSizes, stance, verdict } from './channel/index.js';
import { continued, type Decision, type FaultCause } from './decision.js';
import { EventFrames } from './event-frames.js';
import type { HostedPlugin } from './hosted-plugin.js';
import type { SessionLink } from './session-link.js';
import { shardOf } from './shard.js';

/** What the gate tells of faults to whoever acts on them. */
export interface FaultWatch {
  /** A plugin gave no verdict. `detail` is what it threw or answered instead, where it said. */
  faulted(plugin: HostedPlugin, hook: HookName, cause: FaultCause, detail: string): void;
  /** A session let its deadline pass. */
  stalled(plugin: HostedPlugin, link: SessionLink, hook: HookName): void;
}

export interface GateOptions {
  /** The longest that one blocking call takes, in ms, however many plugins are asked. */
  readonly budgetMs: number;
  readonly sizes: ChannelSizes;
}

/** A session that was asked in this call, and until when it may answer. */
interface Asked {
  readonly plugin: HostedPlugin;
  readonly link: SessionLink;
  readonly until: number;
}

export class Gate<N extends HookName<'gate'> = HookName<'gate'>> {
  /** The plugins to ask, in order. */
  chain: readonly HostedPlugin[] = [];
  readonly #hook: N;
  readonly #id: number;
  readonly #bell: Bell;
  readonly #budgetMs: number;
  readonly #watch: FaultWatch;
  readonly #frames: EventFrames;
  /** The event of a single call; a list of one that is used again. */
  readonly #single: EventOf<N>[] = [];
  /** Of the call in hand: the decision of each event, and the sessions asked. */
  #decisions: Decision[] = [];
  #asked: Asked[] = [];

  constructor(hook: N, bell: Bell, watch: FaultWatch, { budgetMs, sizes }: GateOptions) {
    this.#hook = hook;
    this.#id = hookNames.indexOf(hook);
    this.#bell = bell;
    this.#budgetMs = budgetMs;
    this.#watch = watch;
    this.#frames = new EventFrames(hook, sizes.callMax, sizes.requestBytes);
  }

  /** Decides one event. Blocks for the budget at most. @throws GatehouseError EVENT_INVALID */
  decide(event: EventOf<N>): Decision {
    this.#single[0] = event;
    this.#frames.encode(this.#single, 0);
    if (this.chain.length === 0) return continued;
    this.#decisions[0] = continued;
    this.#decide(this.#single, 0, 1);
    return this.#decisions[0];
  }

  /** Decides several events, in as few blocking calls as they fit in. @throws GatehouseError EVENT_INVALID */
  decideAll(events: readonly EventOf<N>[]): Decision[] {
    const all: Decision[] = [];
    while (all.length < events.length) {
      const count = this.#frames.encode(events, all.length);
      this.#decisions.fill(continued, 0, count);
      for (let i = this.#decisions.length; i < count; i++) this.#decisions[i] = continued;
      if (this.chain.length > 0) this.#decide(events, all.length, count);
      for (let i = 0; i < count; i++) all.push(this.#decisions[i]!);
    }
    return all;
  }

  /** Asks one plugin after the other about the events that none has objected to so far. */
  #decide(events: readonly EventOf<N>[], from: number, count: number): void {
    const budgetEnd = performance.now() + this.#budgetMs;
    for (const plugin of this.chain) {
      this.#ask(plugin, events, from, count, budgetEnd);
      this.#await();
      this.#collect();
    }
  }

  #ask(plugin: HostedPlugin, events: readonly EventOf<N>[], from: number, count: number, budgetEnd: number): void {
    const until = Math.min(budgetEnd, performance.now() + plugin.deadlineMs);
    for (let i = 0; i < count; i++) {
      if (this.#decisions[i] !== continued) continue;
      const link = this.#linkFor(plugin, events[from + i]!);
      if (link === undefined || !link.isAble) this.#fault(plugin, i, 'unavailable', '');
      else this.#put(plugin, link, i, until);
    }
    for (const { link } of this.#asked) link.lane.send(this.#id);
  }

  /** The session that serves the event's key. */
  #linkFor(plugin: HostedPlugin, event: EventOf<N>): SessionLink | undefined {
    const { links } = plugin;
    if (links.length === 1) return links[0];
    const key = (event as Readonly<Record<string, unknown>>)[hooks[this.#hook].by];
    return links[shardOf(key) % links.length];
  }

  #put(plugin: HostedPlugin, link: SessionLink, event: number, until: number): void {
    if (this.#asked.every((asked) => asked.link !== link)) {
      link.lane.begin();
      this.#asked.push({ plugin, link, until });
    }
    const { words, starts } = this.#frames;
    const place = link.lane.put(words, starts[event]!, starts[event + 1]!);
    link.asked[place] = event;
  }

  /** Blocks until every session that was asked has answered, has ended or is out of time. */
  #await(): void {
    for (;;) {
      const bellCount = this.#bell.count();
      const remaining = this.#remaining();
      if (remaining <= 0) return;
      this.#bell.take(stance.PARKED);
      // Looked at once more after saying so: see bell.ts.
      if (this.#remaining() > 0) this.#bell.wait(bellCount, remaining);
      this.#bell.take(stance.BUSY);
    }
  }

  /** Milliseconds until the last of those who owe an answer is out of time; 0 when none owes one. */
  #remaining(): number {
    let until = 0;
    for (const asked of this.#asked) {
      if (!asked.link.lane.isAnswered() && !asked.link.lane.hasEnded()) until = Math.max(until, asked.until);
    }
    return until === 0 ? 0 : until - performance.now();
  }

  #collect(): void {
    for (const { plugin, link } of this.#asked) {
      // Asked before the verdicts are read: one that answered and then ended has answered.
      const silence: FaultCause = link.lane.hasEnded() ? 'crashed' : 'timed-out';
      for (let place = 0; place < link.lane.count; place++) this.#take(plugin, link, place, silence);
      if (!link.lane.isAnswered() && silence === 'timed-out') {
        link.stalled = true;
        this.#watch.stalled(plugin, link, this.#hook);
      }
    }
    this.#asked.length = 0;
  }

  #take(plugin: HostedPlugin, link: SessionLink, place: number, silence: FaultCause): void {
    const event = link.asked[place]!;
    const kind = link.lane.verdict(place);
    if (kind === verdict.CONTINUE) {
      plugin.tally.continued++;
    } else if (kind === verdict.REJECT) {
      plugin.tally.rejected++;
      const { text, truncated } = link.lane.reason(place);
      this.#decisions[event] = { action: 'reject', reason: text, truncated, plugin: plugin.name };
    } else if (kind === verdict.NONE) {
      this.#fault(plugin, event, silence, '');
    } else {
      this.#fault(plugin, event, kind === verdict.THREW ? 'threw' : 'bad-verdict', link.lane.reason(place).text);
    }
  }

  #fault(plugin: HostedPlugin, event: number, cause: FaultCause, detail: string): void {
    plugin.tally.faults[cause]++;
    this.#decisions[event] = { action: 'defer', plugin: plugin.name, cause };
    this.#watch.faulted(plugin, this.#hook, cause, detail);
  }
}
