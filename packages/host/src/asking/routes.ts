// The plugins that are asked and told, by hook. Replaced as a whole between two calls.

import { type EventOf, type HookName, hookNames, hooks } from '@gatehouse/plugin-api/hooks';
import { invariant } from '@gatehouse/support/invariant';
import type { Decision } from '../contract/decision.js';
import { stateMeanings } from '../contract/plugin-state.js';
import type { RoutedPlugin } from './asked-plugin.js';
import type { Gate } from './gate.js';
import type { Observers } from './observers.js';

export const gateHooks = hookNames.filter((name): name is HookName<'gate'> => hooks[name].kind === 'gate');
const observerHooks = hookNames.filter((name): name is HookName<'observer'> => hooks[name].kind === 'observer');

export class Routes {
  readonly #gates: ReadonlyMap<HookName, Gate>;
  readonly #observers: Observers;

  constructor(gateOf: (hook: HookName<'gate'>) => Gate, observers: Observers) {
    this.#gates = new Map(gateHooks.map((hook) => [hook, gateOf(hook)]));
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
    const forHook = (hook: HookName) => (plugin: RoutedPlugin) => plugin.implements(hook);
    for (const [hook, gate] of this.#gates) gate.chain = asked.filter(forHook(hook));
    this.#observers.listeners = Object.fromEntries(observerHooks.map((hook) => [hook, told.filter(forHook(hook))]));
  }

  decideAll(hook: HookName<'gate'>, events: readonly EventOf<HookName<'gate'>>[]): Decision[] {
    return this.#gates.get(hook)!.decideAll(events);
  }

  /** One function for each hook of the table. */
  get methods(): Readonly<Record<string, (event: never) => unknown>> {
    const gates = gateHooks.map((hook) => {
      const gate = this.#gates.get(hook)!;
      return [hook, (event: EventOf<typeof hook>) => gate.decide(event)] as const;
    });
    const observers = observerHooks.map(
      (hook) => [hook, (event: unknown) => this.#observers.tell(hook, event)] as const,
    );
    return Object.fromEntries([...gates, ...observers]);
  }
}
