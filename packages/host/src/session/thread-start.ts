// The start data of this thread, read once before foreign code runs in it.

import process from 'node:process';
import { isMainThread, workerData } from 'node:worker_threads';
import { startMark, type ThreadStart } from '../contract/thread-contract.js';

/** Start data of this thread; undefined if it is not a plugin's. A copy, because the plugin can reach the original. */
export const threadStart: ThreadStart | undefined = isMainThread ? ofProcess() : copyOf(workerData);

function copyOf(given: unknown): ThreadStart | undefined {
  const { gatehouse } = (given ?? {}) as { readonly gatehouse?: ThreadStart };
  return gatehouse === undefined ? undefined : structuredClone(gatehouse);
}

/**
 * Makes this spare thread that of a plugin. Everything that holds `threadStart` sees it, and the plugin finds no paths of
 * others in the original.
 */
export function becomeThreadOf(plugin: ThreadStart): void {
  const { gatehouse } = workerData as { readonly gatehouse: object };
  for (const start of [threadStart, gatehouse]) Object.assign(start ?? {}, { ...plugin, spare: undefined });
}

/** Takes the start data of a plugin's process from its last argument, and removes that from `process.argv`. */
function ofProcess(): ThreadStart | undefined {
  if (process.argv.at(-1)?.startsWith(startMark) !== true) return undefined;
  return JSON.parse(process.argv.pop()!.slice(startMark.length)) as ThreadStart;
}
