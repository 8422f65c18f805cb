// Stamps a plugin with what it was written for.

import type { AnyHookSet, HookTable } from './hook-set.js';
import { apiVersion, type Plugin } from './plugin.js';

/**
 * Types a plugin, and stamps it with the interface version and the rows of the hooks that it implements. Export the
 * result as the module's default.
 *
 * @throws TypeError for an instance of a class: its methods belong to its prototype, and would silently be lost.
 */
export type DefinePlugin<T extends HookTable> = <Config = unknown>(plugin: Plugin<Config, T>) => Plugin<Config, T>;

/** Returns the `definePlugin` of a table. */
export function definePluginFor<T extends HookTable>(
  set: Pick<AnyHookSet, 'id' | 'version' | 'rowHashes'>,
): DefinePlugin<T> {
  return <Config>(plugin: Plugin<Config, T>) => {
    if (Object.getPrototypeOf(plugin) !== Object.prototype) throw new TypeError('definePlugin takes a plain object');
    const implemented = Object.entries(set.rowHashes).filter(([name]) => Object.hasOwn(plugin, name));
    const hookSet = { id: set.id, version: set.version, rows: Object.fromEntries(implemented) };
    return { ...plugin, apiVersion, hookSet };
  };
}
