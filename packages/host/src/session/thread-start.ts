// What a plugin's thread knows from its first moment, before there is a session: whose it is, and what is permitted.

import process from 'node:process';
import { isMainThread, workerData } from 'node:worker_threads';
import { startMark } from '../channel/index.js';
import type { Permissions } from './permissions.js';

/**
 * By how much the CPU priority is lower than the host's, from 0 to 19: of plugins that answer gate calls, for which the
 * server waits, and of those that only observe.
 */
export interface Niceness {
  readonly gate: number;
  readonly observers: number;
}

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
export const threadStart: ThreadStart | undefined = isMainThread ? ofProcess() : copyOf(workerData);

function copyOf(given: unknown): ThreadStart | undefined {
  const { gatehouse } = (given ?? {}) as { readonly gatehouse?: ThreadStart };
  return gatehouse === undefined ? undefined : structuredClone(gatehouse);
}

/** The process of a plugin is told in its last argument, which the plugin does not find there any more. */
function ofProcess(): ThreadStart | undefined {
  if (process.argv.at(-1)?.startsWith(startMark) !== true) return undefined;
  return JSON.parse(process.argv.pop()!.slice(startMark.length)) as ThreadStart;
}
