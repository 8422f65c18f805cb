// A process that tries every broken store with the promise that it breaks, and reports each failure.

import { type BrokenStoreName, brokenStores } from './broken/broken-stores.js';
import { failureOf } from './failure-of.js';
import { promises } from './promises/promises.js';

/** The message of a failure; undefined when the store has kept the promise. */
export type Outcome = readonly [BrokenStoreName, string | undefined];

// A broken store may go on behind its answers, and then fail where nobody waits for it.
process.on('unhandledRejection', () => {});

for (const [name, { promise }] of Object.entries(brokenStores)) {
  const failure = await failureOf(promises[promise], name as BrokenStoreName);
  const outcome: Outcome = [name as BrokenStoreName, failure?.message];
  await new Promise((sent) => process.send!(outcome, sent));
}
process.exit();
