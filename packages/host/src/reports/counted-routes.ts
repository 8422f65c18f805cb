// The hooks as the server calls them: every call is counted, and published where somebody listens.

import type { AnyHookSet } from '@gatehouse/plugin-api/hooks';
import type { AskLimits } from '../asking/async-gate.js';
import type { Routes } from '../asking/routes.js';
import type { Decision } from '../contract/decision.js';
import { gateHooksOf, observerHooksOf } from '../contract/hook-set.js';
import type { HookStats } from '../contract/stats.js';
import { beginOfCall, publishCall } from './diagnostics.js';

/** Events of a gate hook by decision. */
class Decided {
  continued = 0;
  rejected = 0;
  deferred = 0;

  /** Hot: compared one by one, because a name looked up costs ten times as much. */
  add({ action }: Decision): void {
    if (action === 'continue') this.continued++;
    else if (action === 'reject') this.rejected++;
    else this.deferred++;
  }
}

/** Events of an observer hook. */
class Told {
  count = 0;
}

export class CountedRoutes {
  readonly #routes: Routes;
  readonly #host: object;
  readonly #decided: ReadonlyMap<string, Decided>;
  readonly #told: ReadonlyMap<string, Told>;

  /** `host` is named in what is published. */
  constructor(hooks: AnyHookSet, routes: Routes, host: object) {
    this.#routes = routes;
    this.#host = host;
    this.#decided = new Map(gateHooksOf(hooks).map((hook) => [hook, new Decided()]));
    this.#told = new Map(observerHooksOf(hooks).map((hook) => [hook, new Told()]));
  }

  /** @throws GatehouseError HOOK_UNKNOWN, EVENT_INVALID */
  ask(hook: string, event: unknown): Decision {
    const from = beginOfCall();
    const decision = this.#routes.ask(hook, event);
    this.#decided.get(hook)!.add(decision);
    if (from > 0) this.#publish(from, hook, event, decision);
    return decision;
  }

  /** @throws GatehouseError HOOK_UNKNOWN, EVENT_INVALID, or the reason of the signal */
  async askAsync(hook: string, event: unknown, limits: AskLimits): Promise<Decision> {
    const from = beginOfCall();
    const decision = await this.#routes.askAsync(hook, event, limits);
    this.#decided.get(hook)!.add(decision);
    if (from > 0) this.#publish(from, hook, event, decision);
    return decision;
  }

  /** @throws GatehouseError HOOK_UNKNOWN, EVENT_INVALID */
  askAll(hook: string, events: readonly unknown[]): Decision[] {
    const from = beginOfCall();
    const decisions = this.#routes.askAll(hook, events);
    const counts = this.#decided.get(hook)!;
    for (const decision of decisions) counts.add(decision);
    if (from > 0) publishCall(from, { host: this.#host, hook, events, decisions });
    return decisions;
  }

  /** @throws GatehouseError HOOK_UNKNOWN */
  tell(hook: string, event: unknown): void {
    this.#routes.tell(hook, event);
    this.#told.get(hook)!.count += countOf(event);
  }

  /** One function for each hook of the table. */
  get methods(): Readonly<Record<string, (event: never) => unknown>> {
    const gates = [...this.#decided.keys()].map((hook) => [hook, this.#gate(hook)] as const);
    const observers = [...this.#told.keys()].map((hook) => [hook, (event: unknown) => this.tell(hook, event)] as const);
    return Object.fromEntries([...gates, ...observers]);
  }

  /** The figures of every hook. `pluginsOf` names the plugins that it is for. */
  stats(pluginsOf: (hook: string) => readonly string[]): Readonly<Record<string, HookStats>> {
    const gates = [...this.#decided].map(([hook, { continued, rejected, deferred }]) => {
      return [hook, { kind: 'gate', plugins: pluginsOf(hook), continued, rejected, deferred }] as const;
    });
    const observers = [...this.#told].map(([hook, { count: told }]) => {
      return [hook, { kind: 'observer', plugins: pluginsOf(hook), told }] as const;
    });
    return Object.fromEntries<HookStats>([...gates, ...observers]);
  }

  #gate(hook: string): (event: unknown) => Decision {
    const decide = this.#routes.methods[hook] as (event: unknown) => Decision;
    const counts = this.#decided.get(hook)!;
    return (event) => {
      const from = beginOfCall();
      const decision = decide(event);
      counts.add(decision);
      if (from > 0) this.#publish(from, hook, event, decision);
      return decision;
    };
  }

  #publish(from: number, hook: string, event: unknown, decision: Decision): void {
    publishCall(from, { host: this.#host, hook, events: [event], decisions: [decision] });
  }
}

function countOf(event: unknown): number {
  return Array.isArray(event) ? event.length : 1;
}
