// The CPU priority of a plugin's thread, which can only ever be lowered.

import type { Plugin } from '@gatehouse/plugin-api';
import { type HookName, hookNames, hooks } from '@gatehouse/plugin-api/hooks';
import { threadStart } from '../thread-start.js';

/** Kept, as the plugin is not to have it. */
const { getPriority, setPriority } = process.getBuiltinModule('node:os');
const ofHost = getPriority();
const isGate = (hook: HookName) => hooks[hook].kind === 'gate';

/** What it is until it is known which kind of plugin it is. */
export function lowerPriority(): void {
  if (threadStart !== undefined) lowerBy(Math.min(threadStart.niceness.gate, threadStart.niceness.observers));
}

/** What it is from then on. */
export function lowerPriorityOf(plugin: Plugin): void {
  if (threadStart === undefined) return;
  const { gate, observers } = threadStart.niceness;
  const answers = hookNames.some((hook) => isGate(hook) && plugin[hook] !== undefined);
  lowerBy(answers ? gate : observers);
}

/** Linux has priorities for threads. Elsewhere it would be the whole process that is lowered. */
function lowerBy(niceness: number): void {
  const wanted = Math.min(19, ofHost + niceness);
  if (process.platform === 'linux' && wanted > getPriority()) setPriority(wanted);
}
