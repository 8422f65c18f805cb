// Hardens a plugin's thread before anything else runs in it: the session imports this first.

import '../taken.js';
import { isMainThread } from 'node:worker_threads';
import type { ThreadStart } from '../../contract/thread-contract.js';
import { threadStart } from '../thread-start.js';
import { lockBuiltIns } from './built-ins.js';
import { keepToOwnDatabases } from './database-files.js';
import { keepToOwnDescriptors } from './descriptors.js';
import { tellOfFilesInOurWords } from './file-refusals.js';
import { pin } from './pins.js';
import { sharePool } from './pool-share.js';
import { lowerPriority } from './priority.js';
import { shorten, tellInOurWords } from './refusals.js';
import { reportAbsentVariables } from './ungranted.js';
import { nameRejection } from './unhandled-rejection.js';

if (threadStart !== undefined) prepare(threadStart);

function prepare(start: ThreadStart): void {
  const { hardened, granted } = start;
  lowerPriority();
  reportAbsentVariables(start);
  lockBuiltIns();
  process.on('uncaughtExceptionMonitor', nameRejection);
  process.on('uncaughtExceptionMonitor', shorten);
  if (!hardened) return;
  // Our flags are for this thread only. Whatever a plugin may start must not inherit them by accident.
  process.execArgv = [];
  keepToOwnDescriptors();
  keepToOwnDatabases();
  tellOfFilesInOurWords();
  pin(granted);
  // A process has its own pool.
  if (!isMainThread) sharePool();
  // Without this, named imports of a module would still be the unguarded functions.
  process.getBuiltinModule('node:module').syncBuiltinESMExports();
  // Runs before the error leaves the thread, so that the reason of its end is in our words.
  process.on('uncaughtExceptionMonitor', tellInOurWords);
}
