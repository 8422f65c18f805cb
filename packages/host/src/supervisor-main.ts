// The supervisor's thread: puts the supervisor together with the tiers that plugins live in, and serves until the host
// ends it.

import { workerData } from 'node:worker_threads';
import * as comlink from 'comlink';
import type { SupervisorStart } from './contract/supervisor-contract.js';
import { nodeEndpoint } from './node-internals/port-endpoint.js';
import { ProcessRunner } from './process-tier/supervisor/process-runner.js';
import type { CreateRunner } from './supervisor/runners/session-runner.js';
import { ThreadRunner } from './supervisor/runners/thread-runner.js';
import { Supervisor } from './supervisor/supervisor.js';

const createRunner: CreateRunner = (options) =>
  options.spec.thread.isolation === 'process' ? new ProcessRunner(options) : new ThreadRunner(options);

const start = workerData as SupervisorStart;
comlink.expose(new Supervisor(start, createRunner), nodeEndpoint(start.control));
