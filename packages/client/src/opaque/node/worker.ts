// The code that runs in a thread of Node.

import { workerData } from 'node:worker_threads';
import { expose } from 'comlink';
import { steps } from '../steps.js';

expose(steps, workerData);
