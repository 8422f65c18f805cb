// The plugins that are asked and told, by hook. Replaced as a whole between two calls.

import { inspect } from 'node:util';
import type { AnyHookSet } from '@gatehouse/plugin-api/hooks';
import { didYouMean } from '@gatehouse/support/did-you-mean';
import { invariant } from '@gatehouse/support/invariant';
import type { Decision } from '../contract/decision.js';
import { GatehouseError } from '../contract/errors.js';
import { gateHooksOf, observerHooksOf } from '../contract/hook-set.js';
import { stateMeanings } from '../contract/plugin-state.js';
import type { RoutedPlugin } from './asked-plugin.js';
import type { AskLimits, AsyncGate } from './async-gate.js';
import type { Gate } from './gate.js';
import type { Observers } from './observers.js';

/** Both ways to ask about one hook: with the calling thread blocked, and without. */
export interface GatePair {
  readonly blocking: Gate;
  readonly async: AsyncGate;
}

export class Routes {
  readonly #gates: ReadonlyMap<string, GatePair>;
  readonly #observerHooks: readonly string[];
  readonly #observers: Observers;

  constructor(hooks: AnyHookSet, gateOf: (hook: string) => GatePair, observers: Observers) {
    this.#gates = new Map(gateHooksOf(hooks).map((hook) => [hook, gateOf(hook)]));
    this.#observerHooks = observerHooksOf(hooks);
    this.#observers = observers;
  }

  /** Sets chains and listeners according to `plugins`, which are in the chain's order. */
  replace(plugins: readonly RoutedPlugin[]): void {
    const enabled = plugins.filter((plugin) => plugin.enabled);
    const asked = enabled.filter(({ state }) => stateMeanings[state].isAsked);
    const told = enabled.filter(({ state }) => stateMeanings[state].isTold);
    const names = new Set(enabled.map(({ name }) => name));
    invariant(names.size === enabled.length, 'an enabled plugin has one place in the chain');
    invariant(asked.length === enabled.length, 'every enabled plugin is asked, whatever its state');
    const forHook = (hook: string) => (plugin: RoutedPlugin) => plugin.implements(hook);
    for (const [hook, { blocking, async }] of this.#gates) {
      const chain = asked.filter(forHook(hook));
      blocking.chain = chain;
      async.chain = chain;
    }
    this.#observers.listeners = Object.fromEntries(
      this.#observerHooks.map((hook) => [hook, told.filter(forHook(hook))]),
    );
  }

  /** @throws GatehouseError HOOK_UNKNOWN */
  ask(hook: string, event: unknown): Decision {
    return this.#gateOf(hook).blocking.decide(event);
  }

  /** @throws GatehouseError HOOK_UNKNOWN, EVENT_INVALID, or the reason of the signal */
  async askAsync(hook: string, event: unknown, limits: AskLimits): Promise<Decision> {
    return this.#gateOf(hook).async.decide(event, limits);
  }

  /** Resolves once every event that was asked without blocking has its decision; no restart is waited for any more. */
  async close(): Promise<void> {
    await Promise.all([...this.#gates.values()].map(({ async }) => async.close()));
  }

  /** Resolves once no call that the plugin takes part in is in flight, within the budget of each. */
  async callsEnd(plugin: string): Promise<void> {
    await Promise.all([...this.#gates.values()].map(({ async }) => async.callEnds(plugin)));
  }

  /** @throws GatehouseError HOOK_UNKNOWN */
  askAll(hook: string, events: readonly unknown[]): Decision[] {
    return this.#gateOf(hook).blocking.decideAll(events);
  }

  /** @throws GatehouseError HOOK_UNKNOWN */
  tell(hook: string, event: unknown): void {
    if (!this.#observerHooks.includes(hook)) throw unknownHook(hook, 'observer', this.#observerHooks);
    this.#observers.tell(hook, event);
  }

  #gateOf(hook: string): GatePair {
    const gate = this.#gates.get(hook);
    if (gate === undefined) throw unknownHook(hook, 'gate', [...this.#gates.keys()]);
    return gate;
  }

  /** One function for each hook of the table. */
  get methods(): Readonly<Record<string, (event: never) => unknown>> {
    const gates = [...this.#gates].map(
      ([hook, { blocking }]) => [hook, (event: unknown) => blocking.decide(event)] as const,
    );
    const observers = this.#observerHooks.map(
      (hook) => [hook, (event: unknown) => this.#observers.tell(hook, event)] as const,
    );
    return Object.fromEntries([...gates, ...observers]);
  }
}

function unknownHook(given: unknown, kind: string, known: readonly string[]): GatehouseError {
  const hook = typeof given === 'string' ? given : inspect(given, { depth: 0 });
  const has = known.length === 0 ? `has no ${kind} hook` : `has the ${kind} hooks ${known.join(', ')}`;
  return new GatehouseError('HOOK_UNKNOWN', `${hook} is no ${kind} hook${didYouMean(hook, known)}; the table ${has}`);
}
