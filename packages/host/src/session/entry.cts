// The file that piscina runs. It is CommonJS, because piscina tries `require` before `import`, and requiring an ES
// module while its import is under way has aborted the whole process (Node 20.20).

import workerThreads = require('node:worker_threads');

import type { SessionStart } from '../contract/session-contract.js' with { 'resolution-mode': 'import' };
import type { SpareTask } from '../contract/thread-contract.js' with { 'resolution-mode': 'import' };

/** Imported when the worker boots, so that a spare one has it ready. */
const loaded = import('./session.js');

// Whoever terminates this thread waits for this, see thread-pool.ts. The session's task reports a failure.
loaded.then(
  () => workerThreads.parentPort?.postMessage('loaded'),
  () => {},
);

export = async (task: SessionStart | SpareTask): Promise<unknown> => (await loaded).perform(task);
