// The changes of plugins' states: made here, and told to those who follow them.

import type { HostedPlugin } from './hosted-plugin.js';
import type { StateChange } from './status.js';
import type { PluginState } from './supervisor/plugin-state.js';

export class PluginChanges {
  readonly #listeners = new Set<(change: StateChange) => void>();

  /** Called after anything changed that decides who is asked and who is told. */
  onChange: () => void = () => {};

  subscribe(listener: (change: StateChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  become(plugin: HostedPlugin, state: PluginState, reason: string): void {
    const from = plugin.become(state, reason);
    if (from !== undefined) this.changed(plugin, from);
  }

  /** Something about the plugin is different; it was in the state `from`, if that is what has changed. */
  changed(plugin: HostedPlugin, from: PluginState | undefined): void {
    this.onChange();
    if (from === undefined) return;
    const change = { plugin: plugin.name, from, to: plugin.state, reason: plugin.reason };
    for (const listener of [...this.#listeners]) listener(change);
  }

  /** Resolves at the next change of the plugin to one of these states. */
  settled(plugin: HostedPlugin, states: readonly PluginState[]): Promise<void> {
    return new Promise((resolve) => {
      const unsubscribe = this.subscribe((change) => {
        if (change.plugin !== plugin.name || !states.includes(change.to)) return;
        unsubscribe();
        resolve();
      });
    });
  }
}
