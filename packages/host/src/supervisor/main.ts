// The supervisor's thread: opens its ports and serves until the host ends it.

import { workerData } from 'node:worker_threads';
import * as comlink from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import type { SupervisorStart } from './control.js';
import { Supervisor } from './supervisor.js';

const start = workerData as SupervisorStart;
comlink.expose(new Supervisor(start), nodeEndpoint(start.control));
