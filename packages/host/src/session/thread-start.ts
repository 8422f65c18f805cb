// What a plugin's thread knows from its first moment, before there is a session: whose it is, and what is permitted.

import { isMainThread, workerData } from 'node:worker_threads';
import type { Permissions } from './permissions.js';
import type { Niceness } from './priority.js';

export interface ThreadStart {
  readonly plugin: string;
  /** Whether what was not granted is refused. */
  readonly hardened: boolean;
  /** Whether it has a manifest to ask in; a single file has none. */
  readonly canAsk: boolean;
  /** What its manifest asks for, and what of that the operator granted. */
  readonly asked: Permissions;
  readonly granted: Permissions;
  readonly niceness: Niceness;
}

/** How this thread was started; undefined in one that is no plugin's. Copied, as the plugin can reach the original. */
export const threadStart: ThreadStart | undefined = isMainThread ? undefined : copyOf(workerData);

function copyOf(given: unknown): ThreadStart | undefined {
  const { gatehouse } = (given ?? {}) as { readonly gatehouse?: ThreadStart };
  return gatehouse === undefined ? undefined : structuredClone(gatehouse);
}
