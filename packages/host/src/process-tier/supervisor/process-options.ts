// What a plugin's process is started with: Node's flags, its environment, and what it knows of itself.

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

const entry = fileURLToPath(new URL('../child/entry.js', import.meta.url));

/** Nothing that the host's process was started with concerns a plugin's process. */
export function processOptions(spec: PluginSpec): ProcessOptions {
  const { entry: module, memoryMb, thread } = spec;
  // Its watcher is a thread, and since 26.12 Node takes its pipes for the network. What the plugin may start or reach is
  // decided by the session's pins all the same.
  const granted = { ...thread.granted, workerThreads: true, network: true };
  const flags = [`--max-old-space-size=${memoryMb}`, ...permissionFlags({ ...thread, granted })];
  const start = threadStartOf(spec);
  return {
    args: [...flags, entry, startMark + JSON.stringify(start)],
    env: { ...thread.env },
    cwd: dirname(fileURLToPath(module)),
  };
}
