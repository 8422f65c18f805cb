// How this thread was started, read once before anything foreign runs in it.

import process from 'node:process';
import { isMainThread, workerData } from 'node:worker_threads';
import { startMark, type ThreadStart } from '../contract/thread-contract.js';

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
