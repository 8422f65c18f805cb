// The conditions of plugins, their folders, their remembered state, and their supervisor.

import type { FoundCondition } from '../contract/conditions.js';
import { stateMeanings } from '../contract/plugin-state.js';
import type { SupervisorStatus } from '../contract/status.js';
import type { UnreadableFolder } from './found/found-plugin.js';
import type { InstalledPlugin } from './installed-plugin.js';

/** Returns the conditions that the state of an enabled plugin is reported as. */
export function conditionsOf(plugin: InstalledPlugin): readonly FoundCondition[] {
  const name = stateMeanings[plugin.state].condition;
  const gone = conditionsOfFiles(plugin);
  if (name === undefined) return gone;
  const { reason, since } = plugin;
  return [{ name, plugin: plugin.name, reason, since: since.toISOString(), isMissed: isMissed(plugin) }, ...gone];
}

function conditionsOfFiles({ name: plugin, filesGone: reason }: InstalledPlugin): readonly FoundCondition[] {
  return reason === '' ? [] : [{ name: 'plugin-files-gone', plugin, reason }];
}

/** Whether the gate misses the plugin while it cannot be asked. */
function isMissed(plugin: InstalledPlugin): boolean {
  return plugin.isGuard && plugin.policyOf('unavailable') !== 'continue';
}

export function conditionsOfFolders(unreadable: readonly UnreadableFolder[]): readonly FoundCondition[] {
  if (unreadable.length === 0) return [];
  const reason = unreadable.map(({ folder, why }) => `${folder} cannot be read: ${why}`).join('; ');
  return [{ name: 'plugin-folder', reason }];
}

export function conditionsOfMemory(notWritten: ReadonlyMap<string, string>): readonly FoundCondition[] {
  return [...notWritten].map(([plugin, reason]) => ({ name: 'not-remembered', plugin, reason }));
}

export function conditionsOfSupervisor({ state, reason, since }: SupervisorStatus): readonly FoundCondition[] {
  return state === 'running' ? [] : [{ name: `supervisor-${state}`, reason, since }];
}
