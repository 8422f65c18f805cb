// The supervisor's thread: composes the supervisor and the tiers that plugins run in, and serves until the host
// terminates it.

import { workerData } from 'node:worker_threads';
import * as comlink from 'comlink';
import type { SupervisorMessage, SupervisorStart } from './contract/supervisor-contract.js';
import { mayNarrow } from './node-internals/narrow.js';
import { nodeEndpoint } from './node-internals/port-endpoint.js';
import { ProcessRunner } from './process-tier/supervisor/process-runner.js';
import { reportTroublesTo, trouble } from './supervisor/guarded.js';
import { beat } from './supervisor/heartbeat.js';
import { markAllEnded } from './supervisor/live-session.js';
import type { CreateRunner } from './supervisor/runners/session-runner.js';
import { ThreadRunner } from './supervisor/runners/thread-runner.js';
import { SharedSpare } from './supervisor/spare/shared-spare.js';
import { Supervisor } from './supervisor/supervisor.js';

const start = workerData as SupervisorStart;
const tell = (message: SupervisorMessage) => start.events.postMessage(message);
const spare = new SharedSpare(mayNarrow, (state) => tell({ type: 'spare', state }));
const createRunner: CreateRunner = (options) =>
  options.spec.thread.isolation === 'process' ? new ProcessRunner(options) : new ThreadRunner(options, spare);

reportTroublesTo((message) => tell({ type: 'trouble', message }));
process.on('exit', markAllEnded);
comlink.expose(new Supervisor(start, createRunner), nodeEndpoint(start.control));
// Reports errors that escape our own handlers, or those of packages, such as a pool's for messages of a thread. Ending
// this thread would end every plugin.
process.on('uncaughtException', (error) => trouble('an event of the supervisor', error));
beat(start.pulse);
tell({ type: 'begun' });
