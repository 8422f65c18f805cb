// The changes of a rescan.

import type { PluginState } from '../contract/plugin-state.js';
import type { RescanChange } from '../contract/status.js';
import type { InstalledPlugin } from './installed-plugin.js';

/** Compares the previous states with the current ones. */
export function changesSince(
  before: ReadonlyMap<string, PluginState>,
  plugins: readonly InstalledPlugin[],
): readonly RescanChange[] {
  const names = new Set(plugins.map(({ name }) => name));
  const gone = [...before].filter(([name]) => !names.has(name));
  const others = plugins.filter(({ name, state }) => before.get(name) !== state);
  return [
    ...gone.map(([plugin, from]) => ({ plugin, from, reason: '' })),
    ...others.map(({ name: plugin, state: to, reason }) => ({ plugin, ...fromOf(before.get(plugin)), to, reason })),
  ];
}

function fromOf(from: PluginState | undefined): Pick<RescanChange, 'from'> {
  return from === undefined ? {} : { from };
}
