// Which plugins a spare thread can be taken for, and what it is started with. Pure.
//
// Node sets memory limit, environment and priority of a thread when it starts: a plugin fits only with those of the
// spare one. Permissions are taken back later, path by path, see session/spare-task.ts.

import { isInside, withoutInner } from '../../contract/flag-paths.js';
import { noPermissions } from '../../contract/permissions.js';
import type { PluginSpec, ThreadSpec } from '../../contract/supervisor-contract.js';
import type { Reach } from '../../contract/thread-contract.js';

export interface SparePlan {
  readonly memoryMb: number;
  readonly thread: ThreadSpec;
  /** The paths that it begins with. */
  readonly reach: Reach;
}

type Limited = Pick<PluginSpec, 'name' | 'memoryMb' | 'thread'>;

/** The most paths that a spare thread begins with. Taking back so many takes 2.6 ms, and twice as many take four times as long. */
const pathsMax = 100;

/** Permissions that cannot be taken back path by path. A plugin that was granted one fits no spare thread. */
const whole = ['network', 'childProcesses', 'workerThreads', 'addons', 'wasi'] as const;

/** Returns the plan for most of these plugins; undefined if it would be for none. */
export function planFor(plugins: readonly Limited[]): SparePlan | undefined {
  const fitting = plugins.filter(({ thread }) => canFit(thread)).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const alike = new Map<string, Limited[]>();
  for (const plugin of fitting) {
    const limits = limitsOf(plugin);
    alike.set(limits, [...(alike.get(limits) ?? []), plugin]);
  }
  const [largest] = [...alike.values()].toSorted((a, b) => b.length - a.length);
  if (largest === undefined) return undefined;
  const { memoryMb, thread } = largest[0]!;
  const reach = joined(largest.map((plugin) => reachOf(plugin.thread)));
  const { env, niceness } = thread;
  const own = { isolation: 'hardened-thread', canAsk: false, asked: noPermissions, granted: noPermissions } as const;
  return { memoryMb, reach, thread: { ...own, ...reach, env, niceness } };
}

/** Whether the spare thread of this plan can become that of the plugin. */
export function covers(plan: SparePlan, plugin: Limited): boolean {
  if (!canFit(plugin.thread) || limitsOf(plugin) !== limitsOf(plan)) return false;
  const { readable, writable } = reachOf(plugin.thread);
  return areIn(readable, plan.reach.readable) && areIn(writable, plan.reach.writable);
}

/** Returns the paths that a plugin's thread is started with. */
export function reachOf({ readable, writable }: Pick<ThreadSpec, 'readable' | 'writable'>): Reach {
  return { readable: withoutInner([...readable, ...writable]), writable: withoutInner(writable) };
}

const canFit = ({ isolation, granted }: ThreadSpec) =>
  isolation === 'hardened-thread' && whole.every((name) => !granted[name]);

const limitsOf = ({ memoryMb, thread }: Pick<Limited, 'memoryMb' | 'thread'>) =>
  JSON.stringify([memoryMb, thread.env, thread.niceness]);

const areIn = (paths: readonly string[], all: readonly string[]) => paths.every((path) => all.includes(path));

/** Joins the paths, plugin by plugin. Leaves out a plugin with which they would be too many, or one inside of another. */
function joined(all: readonly Reach[]): Reach {
  let sum: Reach = { readable: [], writable: [] };
  for (const { readable, writable } of all) {
    const next = { readable: union(sum.readable, readable), writable: union(sum.writable, writable) };
    if (next.readable.length <= pathsMax && isFlat(next.readable)) sum = next;
  }
  return sum;
}

const union = (a: readonly string[], b: readonly string[]) => [...new Set([...a, ...b])];

/** Whether no path is inside another one. */
const isFlat = (paths: readonly string[]) =>
  paths.every((path) => paths.every((other) => path === other || !isInside(path, other)));
