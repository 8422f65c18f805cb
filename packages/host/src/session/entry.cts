// The file that piscina runs. piscina tries `require` before `import`, and requiring an ES module while its import is
// under way has been seen to abort the whole process (Node 20.20), so what it finds here is CommonJS.

import workerThreads = require('node:worker_threads');

import type { SessionStart } from '../contract/session-contract.js' with { 'resolution-mode': 'import' };

/** Begun when the worker boots, so that a spare one has it ready. */
const loaded = import('./session.js');

// Whoever is to end this thread waits for this, see thread-runner.ts. A failure is told by the session's task.
loaded.then(
  () => workerThreads.parentPort?.postMessage('loaded'),
  () => {},
);

export = async (start: SessionStart): Promise<void> => (await loaded).default(start);
