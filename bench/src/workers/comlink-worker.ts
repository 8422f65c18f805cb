// The check behind comlink.

import { parentPort } from 'node:worker_threads';
import { expose } from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { check } from '../check.js';

expose({ check }, nodeEndpoint(parentPort!));
