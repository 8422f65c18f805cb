// What a plugin's thread is started with: its environment and Node's flags. It knows no pool.

import type { PluginSpec } from './control.js';

export interface ThreadOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly execArgv: string[];
}

/** Nothing that the host's process was started with concerns a plugin's thread. */
export function threadOptions(_spec: PluginSpec): ThreadOptions {
  return { env: {}, execArgv: [] };
}
