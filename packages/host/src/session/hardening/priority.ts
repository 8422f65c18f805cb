// The CPU priority of a plugin's thread, which can only ever be lowered.

import type { Plugin } from '@gatehouse/plugin-api';
import type { AnyHookSet } from '@gatehouse/plugin-api/hooks';
import { gateHooksOf } from '../../contract/hook-set.js';
import { threadStart } from '../thread-start.js';

/** Captured, because the plugin must not use it. */
const { getPriority, setPriority } = process.getBuiltinModule('node:os');
const ofHost = getPriority();

/** Sets the priority until the kind of plugin is known. */
export function lowerPriority(): void {
  if (threadStart !== undefined) lowerBy(Math.min(threadStart.niceness.gate, threadStart.niceness.observers));
}

/** Sets the priority for the kind of plugin. */
export function lowerPriorityOf(plugin: Plugin, hooks: AnyHookSet): void {
  if (threadStart === undefined) return;
  const { gate, observers } = threadStart.niceness;
  const members = plugin as Readonly<Record<string, unknown>>;
  const answers = gateHooksOf(hooks).some((hook) => members[hook] !== undefined);
  lowerBy(answers ? gate : observers);
}

/** Lowers the priority on Linux, which has priorities for threads. Elsewhere it would lower the whole process. */
function lowerBy(niceness: number): void {
  const wanted = Math.min(19, ofHost + niceness);
  if (process.platform === 'linux' && wanted > getPriority()) setPriority(wanted);
}
