// What others offer to have work done in another thread: two that block the caller, two that do not.

import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { MessageEvent } from '@gatehouse/plugin-api';
import * as comlinkLib from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import makeSynchronousLib from 'make-synchronous';
import { Piscina } from 'piscina';
import { createSyncFn } from 'synckit';
import type { check } from '../check.js';
import type { Awaiting, Blocking } from './contender.js';

const workerUrl = (name: string) => new URL(`../workers/${name}.js`, import.meta.url);

export function synckit(): Blocking {
  const call = createSyncFn<(event: MessageEvent) => unknown>(workerUrl('synckit-worker'));
  return { kind: 'blocking', call, close() {} };
}

export function makeSynchronous(): Blocking {
  // It takes the function's text, so the check stands here once more.
  const call = makeSynchronousLib(async (event: MessageEvent) =>
    event.payloadLen > 65_536 ? { action: 'reject', reason: 'payload too large' } : { action: 'continue' },
  );
  return { kind: 'blocking', call, close() {} };
}

export function piscina(): Awaiting {
  const pool = new Piscina({ filename: fileURLToPath(workerUrl('piscina-worker')), minThreads: 1, maxThreads: 1 });
  return { kind: 'awaiting', call: (event) => pool.run(event), close: () => pool.destroy() };
}

export function comlink(): Awaiting {
  const worker = new Worker(workerUrl('comlink-worker'), { execArgv: ['--conditions=gatehouse-internal'] });
  const remote = comlinkLib.wrap<{ check: typeof check }>(nodeEndpoint(worker));
  return { kind: 'awaiting', call: (event) => remote.check(event), close: () => worker.terminate() };
}
