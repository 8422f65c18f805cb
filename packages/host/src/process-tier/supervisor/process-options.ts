// The start options of a plugin's process: Node's flags, its environment, and its own description.

import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PluginSpec } from '../../contract/supervisor-contract.js';
import { startMark } from '../../contract/thread-contract.js';
import { permissionFlags, threadStartOf } from '../../supervisor/runners/thread-options.js';

export interface ProcessOptions {
  readonly args: readonly string[];
  readonly env: Record<string, string>;
  readonly cwd: string;
}

const entry = fileURLToPath(new URL('../../bundled/child.js', import.meta.url));

/** Returns the options. A plugin's process inherits none of the host process's own. */
export function processOptions(spec: PluginSpec): ProcessOptions {
  const { entry: module, memoryMb, thread } = spec;
  // Its watcher is a thread, and since 26.12 Node treats its pipes as network. The session's pins still decide what the
  // plugin may start or reach.
  const granted = { ...thread.granted, workerThreads: true, network: true };
  const flags = [`--max-old-space-size=${memoryMb}`, ...permissionFlags({ ...thread, granted })];
  const start = threadStartOf(spec);
  return {
    args: [...flags, entry, startMark + JSON.stringify(start)],
    env: { ...thread.env },
    cwd: dirname(fileURLToPath(module)),
  };
}
