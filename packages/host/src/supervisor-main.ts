// The supervisor's thread: puts the supervisor together with the tiers that plugins live in, and serves until the host
// ends it.

import { workerData } from 'node:worker_threads';
import * as comlink from 'comlink';
import type { SupervisorMessage, SupervisorStart } from './contract/supervisor-contract.js';
import { nodeEndpoint } from './node-internals/port-endpoint.js';
import { ProcessRunner } from './process-tier/supervisor/process-runner.js';
import { reportTroublesTo, trouble } from './supervisor/guarded.js';
import { beat } from './supervisor/heartbeat.js';
import { markAllEnded } from './supervisor/live-session.js';
import type { CreateRunner } from './supervisor/runners/session-runner.js';
import { ThreadRunner } from './supervisor/runners/thread-runner.js';
import { Supervisor } from './supervisor/supervisor.js';

const createRunner: CreateRunner = (options) =>
  options.spec.thread.isolation === 'process' ? new ProcessRunner(options) : new ThreadRunner(options);

const start = workerData as SupervisorStart;
const tell = (message: SupervisorMessage) => start.events.postMessage(message);
reportTroublesTo((message) => tell({ type: 'trouble', message }));
process.on('exit', markAllEnded);
comlink.expose(new Supervisor(start, createRunner), nodeEndpoint(start.control));
// From here on: what our own handlers let through, and those of the packages that are used here, such as a pool's for
// messages of a thread. Ending would take every plugin along.
process.on('uncaughtException', (error) => trouble('an event of the supervisor', error));
beat(start.pulse);
tell({ type: 'begun' });
