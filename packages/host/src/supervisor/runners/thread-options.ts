// The start options of a plugin's thread: its environment, Node's flags for it alone, and its own description.

import * as modules from 'node:module';
import process from 'node:process';
import { withoutInner } from '../../contract/flag-paths.js';
import type { SwitchPermission } from '../../contract/permissions.js';
import type { PluginSpec, ThreadSpec } from '../../contract/supervisor-contract.js';
import type { ThreadStart } from '../../contract/thread-contract.js';

export interface ThreadOptions {
  readonly env: Record<string, string>;
  readonly execArgv: string[];
  readonly workerData: { readonly gatehouse: ThreadStart };
}

/** Returns the options. A plugin's thread inherits none of the host process's own. */
export function threadOptions({ name, thread }: Pick<PluginSpec, 'name' | 'thread'>): ThreadOptions {
  const gatehouse = threadStartOf({ name, thread });
  return {
    env: { ...thread.env },
    // Without `--eval`, newer Nodes take the working directory as the entry and permit reading all of it.
    execArgv: gatehouse.hardened ? ['--eval=0', ...permissionFlags(thread)] : [],
    workerData: { gatehouse },
  };
}

/** Returns the data that it has from its first moment. */
export function threadStartOf({ name, thread }: Pick<PluginSpec, 'name' | 'thread'>): ThreadStart {
  const { isolation, canAsk, asked, granted, niceness } = thread;
  return { plugin: name, hardened: isolation !== 'thread', canAsk, asked, granted, niceness };
}

const knows = (flag: string) => process.allowedNodeEnvironmentFlags.has(flag);

/** The flags that allow something. Those that this Node does not have are left out. */
const flags: Readonly<Record<SwitchPermission, string | undefined>> = {
  data: undefined,
  network: '--allow-net',
  childProcesses: '--allow-child-process',
  workerThreads: '--allow-worker',
  addons: '--allow-addons',
  wasi: '--allow-wasi',
};

export function permissionFlags({ readable, writable, granted }: ThreadSpec): string[] {
  const permission = knows('--permission') ? '--permission' : '--experimental-permission';
  const allowed = (Object.keys(flags) as SwitchPermission[]).filter((name) => granted[name] || isNeeded(name));
  return [
    permission,
    // These warn the operator of what the operator granted.
    '--disable-warning=SecurityWarning',
    ...(permission === '--permission' ? [] : ['--disable-warning=ExperimentalWarning']),
    ...allowed.flatMap((name) => flags[name] ?? []).filter(knows),
    ...withoutInner([...readable, ...writable]).map((path) => `--allow-fs-read=${path}`),
    ...withoutInner(writable).map((path) => `--allow-fs-write=${path}`),
  ];
}

/** Whether loading needs it: without in-thread hooks, a thread resolves the plugin interface; see load-plugin.ts. */
function isNeeded(name: SwitchPermission): boolean {
  return name === 'workerThreads' && !('registerHooks' in modules);
}
