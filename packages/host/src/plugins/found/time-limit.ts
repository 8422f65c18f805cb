// Runs a function in this thread, but not for longer than a limit.

import { createContext, Script } from 'node:vm';

/** The function took longer than its limit and was broken off. */
export class TimeLimitError extends Error {
  override readonly name = 'TimeLimitError';
}

const call = new Script('run()');
const realm: { run: () => unknown } = { run: () => undefined };
createContext(realm);

/**
 * What `run` returns. It must hold no state that matters half done: it is broken off wherever it stands.
 *
 * A plugin's schema may hold a pattern that backtracks for years on the very defaults it ships with, and
 * whoever checks it must not stand still with it. The limit of a vm script breaks off all that it calls.
 */
export function withinTime<T>(limitMs: number, run: () => T): T {
  realm.run = run;
  try {
    return call.runInContext(realm, { timeout: limitMs }) as T;
  } catch (error) {
    const brokenOff = (error as { code?: unknown } | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
    throw brokenOff ? new TimeLimitError(`took longer than ${limitMs} ms`) : error;
  }
}
