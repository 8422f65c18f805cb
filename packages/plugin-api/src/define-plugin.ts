// Stamps a plugin with what it was written for.

import type { HookTable } from './hook-table.js';
import { apiVersion, type HookSetStamp, type PluginOf } from './plugin.js';

/**
 * Types a plugin, and stamps it with the interface version and the rows of the hooks that it implements. Export the
 * result as the module's default.
 *
 * @throws TypeError for an instance of a class: its methods belong to its prototype, and would silently be lost.
 */
export type DefinePlugin<T extends HookTable> = <Config = unknown>(plugin: PluginOf<T, Config>) => PluginOf<T, Config>;

/** Returns the `definePlugin` of a table, of which `rows` has the hash of every row. */
export function definePluginFor<T extends HookTable>({ id, version, rows }: HookSetStamp): DefinePlugin<T> {
  return <Config>(plugin: PluginOf<T, Config>) => {
    if (Object.getPrototypeOf(plugin) !== Object.prototype) throw new TypeError('definePlugin takes a plain object');
    const implemented = Object.entries(rows).filter(([name]) => Object.hasOwn(plugin, name));
    const hookSet = { id, version, rows: Object.fromEntries(implemented) };
    return { ...plugin, apiVersion, hookSet };
  };
}
