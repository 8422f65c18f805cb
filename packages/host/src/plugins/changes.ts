// Changes the states of plugins, and notifies the subscribers.

import type { PluginState } from '../contract/plugin-state.js';
import type { StateChange } from '../contract/status.js';
import type { InstalledPlugin } from './installed-plugin.js';

export class Changes {
  readonly #listeners = new Set<(change: StateChange) => void>();

  /** Called after every change that affects which plugins receive events. */
  onChange: () => void = () => {};

  subscribe(listener: (change: StateChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  become(plugin: InstalledPlugin, state: PluginState, reason: string): void {
    const from = plugin.become(state, reason);
    if (from !== undefined) this.changed(plugin, from);
  }

  /** The plugin has changed. `from` is its previous state, if the state is what changed. */
  changed(plugin: InstalledPlugin, from: PluginState | undefined): void {
    const change = { plugin: plugin.name, from: from ?? plugin.state, to: plugin.state, reason: plugin.reason };
    const listeners = from === undefined ? [] : [...this.#listeners];
    callAll([() => this.onChange(), ...listeners.map((listener) => () => listener(change))]);
  }

  /** Resolves at the next change of the plugin to one of these states. */
  settled(plugin: InstalledPlugin, states: readonly PluginState[]): Promise<void> {
    return new Promise((resolve) => {
      const unsubscribe = this.subscribe((change) => {
        if (change.plugin !== plugin.name || !states.includes(change.to)) return;
        unsubscribe();
        resolve();
      });
    });
  }
}

/** Calls all of them, even after one throws, and then throws the first error. */
function callAll(calls: readonly (() => void)[]): void {
  const errors: unknown[] = [];
  for (const call of calls) {
    try {
      call();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}
