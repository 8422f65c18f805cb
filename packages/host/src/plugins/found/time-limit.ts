// Runs a function in this thread with a time limit.

import { createContext, Script } from 'node:vm';
import { lacksDescriptors } from '@gatehouse/support/shortage';

/** The function exceeded its limit and was aborted. */
export class TimeLimitError extends Error {
  override readonly name = 'TimeLimitError';
}

const call = new Script('run()');
const realm: { run: () => unknown } = { run: () => undefined };
createContext(realm);

/**
 * Returns the result of `run`. `run` must have no state that may not be left half done, because it can be aborted
 * anywhere.
 *
 * A plugin's schema may contain a pattern that backtracks for years on its own defaults, and must not block whoever
 * checks it. The limit of a vm script aborts everything that the script calls.
 */
export function withinTime<T>(limitMs: number, run: () => T): T {
  // Node ends the process where the clock of a limit has no descriptors.
  if (lacksDescriptors()) throw new Error('EMFILE: this process has no descriptors left, try again');
  realm.run = run;
  try {
    return call.runInContext(realm, { timeout: limitMs }) as T;
  } catch (error) {
    const brokenOff = (error as { code?: unknown } | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
    throw brokenOff ? new TimeLimitError(`took longer than ${limitMs} ms`) : error;
  }
}
